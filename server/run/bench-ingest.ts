import { Agent, request } from 'node:http';
import { loadavg } from 'node:os';
import { text } from 'node:stream/consumers';
import postgres from 'postgres';
import { newId } from '../kernel/ids';
import { copiedOut, timedCopy } from './bench-copy';
import { type Feed, feedBodies } from './bench-rows';
import { type BenchLine, medianOf, rounded } from './bench-timing';
import { ensureBuild } from './build';
import { startTestStack, TEST_DIST_FOLDER } from './test-stack';

const RUNS = 5;
const PORTFOLIOS = 12;
const ROWS = 252_000;
const BATCH = 4_200;
/** Requests under way at once, as that many engines would have. */
const AT_ONCE = 4;

/** Snapshot rows over HTTP into Postgres with limit checks on, beside a bare COPY of the same rows in the same run. */
export async function bench(print: (line: BenchLine) => void): Promise<void> {
  await ensureBuild(TEST_DIST_FOLDER);
  const stack = await startTestStack();
  Object.assign(process.env, stack.env);
  try {
    await benchIngest(stack.settings.appUrl, stack.ownerUrl, print);
  } finally {
    const { closeDatabase } = await import('@/db/client');
    await closeDatabase();
    await stack.stop();
  }
}

/** The case against an installation that runs; its database is the one of the environment. */
export async function benchIngest(
  baseUrl: string,
  ownerUrl: string,
  print: (line: BenchLine) => void,
  size = { rows: ROWS, runs: RUNS },
): Promise<void> {
  const http: number[] = [];
  const copy: number[] = [];
  const bare: number[] = [];
  const sql = postgres(process.env.DATABASE_URL as string, { max: 1, onnotice: () => {} });
  try {
    await feedAll(baseUrl, await feedsOf(size.rows / 10, 0));
    for (let run = 1; run <= size.runs; run += 1) {
      const feeds = await feedsOf(size.rows, run);
      http.push(await feedAll(baseUrl, feeds));
      const lines = await copiedOut(
        sql,
        feeds.map((f) => f.portfolioId),
      );
      copy.push(await timedCopy(ownerUrl, lines, true));
      bare.push(await timedCopy(ownerUrl, lines, false));
    }
  } finally {
    await sql.end();
  }
  const [ms, copyMs, bareMs] = [medianOf(http), medianOf(copy), medianOf(bare)];
  print({
    case: 'ingest: snapshot rows over HTTP with limit checks',
    runs: size.runs,
    unit: 'ms',
    medianMs: rounded(ms),
    worstMs: rounded(Math.max(...http)),
    aimMs: rounded(2 * copyMs),
    aim: 'half the rate of COPY',
    rateOfCopy: Math.round((copyMs / ms) * 100) / 100,
    copyMs: rounded(copyMs),
    copyWithoutKeysMs: rounded(bareMs),
    rowsPerSecond: Math.round(size.rows / (ms / 1_000)),
    size: { rows: size.rows, portfolios: PORTFOLIOS, batch: BATCH, atOnce: AT_ONCE },
    load: loadavg()[0],
  });
}

/** New portfolios, each with two strategies that have capital, and what is to be sent for them. */
async function feedsOf(rows: number, run: number): Promise<Feed[]> {
  const { benchPortfolio } = await import('./bench-portfolio');
  const feeds: Feed[] = [];
  for (let i = 0; i < PORTFOLIOS; i += 1) {
    const bodies = feedBodies(rows / PORTFOLIOS, BATCH, new Date(), run * PORTFOLIOS + i);
    feeds.push({ ...(await benchPortfolio(`Bench ${newId().slice(-8)}`)), bodies });
  }
  return feeds;
}

/** Sends every feed in its order, several at once; resolves to the milliseconds it took. */
async function feedAll(baseUrl: string, feeds: readonly Feed[]): Promise<number> {
  const waiting = [...feeds];
  const started = performance.now();
  const caller = async () => {
    for (let feed = waiting.shift(); feed; feed = waiting.shift()) {
      for (const body of feed.bodies) await send(baseUrl, feed.key, body);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, caller));
  return performance.now() - started;
}

async function send(baseUrl: string, key: string, body: Buffer): Promise<void> {
  const { status, text } = await posted(`${baseUrl}/api/v1/snapshots`, key, body);
  const answer = JSON.parse(text) as { accepted?: number; refused?: unknown[] };
  if (status !== 200 || answer.refused?.length !== 0) {
    throw new Error(`the snapshots answered ${status}: ${text.slice(0, 300)}`);
  }
}

/** By Node's own client: the caller shares the machine's cores with what is measured, and should take little of them. */
function posted(url: string, key: string, body: Buffer): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = {
      authorization: `Bearer ${key}`,
      'content-type': 'application/json',
      'content-length': body.length,
    };
    const sent = request(url, { method: 'POST', agent, headers }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, text: answer }), reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
