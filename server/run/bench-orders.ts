import { Agent, type RequestOptions, request } from 'node:http';
import { type BenchLine, medianOf, rounded } from './bench-timing';
import { ensureBuild } from './build';
import { openLoop, quantileOf } from './open-loop';
import { startTestStack, TEST_DIST_FOLDER } from './test-stack';

const LOAD = { perSecond: 250, callers: 50, seconds: 6 };
const RUNS = 5;
/** Until the process runs its code compiled, as one that has been up for a minute does. */
const WARM_UPS = 3;
/** As often as an engine would: data and heartbeat stay fresh while the load runs. */
const REFRESH_MS = 4_000;
/** Above what the world that is made first has counted. */
const FEED_FROM = 1_000_000;

/** The pre-trade check over HTTP: 50 strategies of one portfolio ask 250 times a second, none of them waiting for another. */
export async function bench(print: (line: BenchLine) => void): Promise<void> {
  await ensureBuild(TEST_DIST_FOLDER);
  const stack = await startTestStack();
  Object.assign(process.env, stack.env);
  // Loaded with the environment of the stack, whose database they open.
  const { orderWorld } = await import('../risk/testing/order-world');
  const { keyFixture } = await import('../testing/people');
  const { closeDatabase } = await import('@/db/client');
  const agent = new Agent({ keepAlive: true, maxSockets: LOAD.callers });
  let beat: NodeJS.Timeout | undefined;
  let beating: Promise<void> = Promise.resolve();
  try {
    const refs = Array.from({ length: LOAD.callers }, (_, caller) => `s${caller}`);
    const world = await orderWorld({ refs });
    const feeder = await keyFixture(['snapshots:write'], world.risk.portfolioId);
    const { hostname, port } = new URL(stack.settings.appUrl);
    const posting = (path: string, key: string) => (body: object) =>
      post(
        {
          hostname,
          port,
          agent,
          path,
          method: 'POST',
          headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        },
        body,
      );
    const ask = posting('/api/v1/orders/check', world.key);
    const feed = posting('/api/v1/snapshots', feeder.key);
    let sequence = FEED_FROM;
    beat = setInterval(() => {
      sequence += 1;
      const row = { account: 'main', asOf: new Date().toISOString(), sequence, equity: '1000000', cash: '1000000' };
      beating = beating.then(() => feed({ rows: [row] })).then(() => world.report());
    }, REFRESH_MS);
    const run = (number: number) =>
      openLoop(LOAD, (caller, index) => ask(orderOf(refs[caller]!, `${number}-${caller}-${index}`)));
    for (let number = 1; number <= WARM_UPS; number += 1) await run(-number);
    const p50: number[] = [];
    const p99: number[] = [];
    const outcomes: Record<string, number> = {};
    for (let number = 1; number <= RUNS; number += 1) {
      const load = await run(number);
      p50.push(quantileOf(load.latencies, 0.5));
      p99.push(quantileOf(load.latencies, 0.99));
      for (const [name, n] of Object.entries(load.outcomes)) outcomes[name] = (outcomes[name] ?? 0) + n;
    }
    print({
      case: `pre-trade check, ${LOAD.perSecond}/s from ${LOAD.callers} callers, open loop`,
      runs: RUNS,
      medianMs: rounded(medianOf(p50)),
      worstMs: rounded(Math.max(...p99)),
      p50Ms: rounded(medianOf(p50)),
      p99Ms: rounded(medianOf(p99)),
      outcomes,
    });
  } finally {
    clearInterval(beat);
    await beating;
    agent.destroy();
    await closeDatabase();
    await stack.stop();
  }
}

const orderOf = (strategy: string, clientOrderId: string) => ({
  strategy,
  clientOrderId,
  instrument: `X-${strategy}`,
  side: 'buy',
  quantity: '1',
  multiplier: '1',
  type: 'limit',
  limitPrice: '10',
  reference: { price: '10', asOf: new Date().toISOString() },
});

/** One request; resolves to `allow`, `deny CODE` or the status that was no decision. */
function post(options: RequestOptions, body: object): Promise<string> {
  return new Promise((resolve, reject) => {
    const sent = request(options, (response) => {
      const parts: Buffer[] = [];
      response.on('data', (part: Buffer) => parts.push(part));
      response.on('error', reject);
      response.on('end', () => {
        const answer = JSON.parse(Buffer.concat(parts).toString('utf8'));
        if (response.statusCode !== 200) return resolve(`status ${response.statusCode}`);
        resolve(answer.decision === 'deny' ? `deny ${answer.reasons[0]?.code}` : answer.decision);
      });
    });
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}
