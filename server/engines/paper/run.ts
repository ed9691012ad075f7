import { newId } from '../../kernel/ids';
import { signMessage } from '../signature';
import { PaperEngine } from './engine';
import { Feed } from './feed';
import { metricsOf } from './metrics';
import type { PaperOptions } from './options';
import { OrderDesk } from './order-desk';
import { registration } from './registration';
import { type PaperServerOptions, startPaperServer } from './server';

const REPORT_EVERY_MS = 5_000;
const MATCH_EVERY_MS = 250;
const MINUTE_MS = 60_000;

/** A small seeded generator (mulberry32): the same seed simulates the same slippage and rejections. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type RunningPaperEngine = { port: number; engine: PaperEngine; stop: () => Promise<void> };

/** Starts the paper engine: its server, its market, its feed. `say` gets one line per session and what is worth knowing. */
export async function runPaperEngine(
  options: PaperOptions,
  say: (sentence: string) => void,
  fault?: PaperServerOptions['fault'],
): Promise<RunningPaperEngine> {
  const secrets = (options.secret ?? '').split(',').filter(Boolean);
  // What the server takes for now: a demo or test may have moved its clock, and a sample must not look old or early.
  let ahead = 0;
  const clock = { serverNow: () => new Date(Date.now() + ahead), realNow: () => new Date() };
  const engine = new PaperEngine(
    {
      stateFile: options.state,
      account: options.account,
      from: options.from,
      equity: options.equity,
      holding: { ref: options['hold-strategy'], share: options.hold },
      backfillSessions: options.backfill,
      ticksPerSession: options.ticks,
      random: seededRandom(options.seed),
    },
    clock,
  );
  const feed = options.key
    ? new Feed(
        { url: options.url, key: options.key, portfolioId: options.portfolio, spoolFile: `${options.state}.spool` },
        say,
      )
    : null;
  const register = options.key
    ? registration({ url: options.url, key: options.key, portfolioId: options.portfolio }, say)
    : null;
  const orders = new OrderDesk(engine, { url: options.url, key: options.key, portfolioId: options.portfolio }, say);
  if (!options.key) say('no API key: nothing is pushed, and no order that adds risk is sent');
  let tickMs = MINUTE_MS / options.speed / options.ticks;
  const responseMs: number[] = [];

  const timed = <T>(work: () => T): T => {
    const started = performance.now();
    const value = work();
    responseMs.push(performance.now() - started);
    return value;
  };

  const report = async () => {
    if (!options.engine || secrets.length === 0) return;
    const path = `/api/v1/engines/${options.engine}/reports`;
    const body = JSON.stringify({ to: path, report: engine.report() });
    const asked = Date.now();
    const response = await fetch(`${options.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...signMessage({ id: newId(), body, secrets, at: new Date() }) },
      body,
      signal: AbortSignal.timeout(REPORT_EVERY_MS),
    }).catch(() => null);
    if (!response) return;
    if (!response.ok) return say(`report: the server answered ${response.status}`);
    const { receivedAt } = (await response.json()) as { receivedAt: string };
    const answered = Date.now();
    const offset = new Date(receivedAt).getTime() - (asked + answered) / 2;
    // Ordinary skew stays as it is: only a moved clock is followed.
    ahead = Math.abs(offset) > 5_000 ? offset : 0;
  };

  const pushMetrics = async () => {
    const samples = metricsOf(new Date(Math.floor(clock.serverNow().getTime() / MINUTE_MS) * MINUTE_MS), {
      ...engine.takeStats(),
      responseMs: responseMs.splice(0),
      tickMs,
    });
    if (!options.key) return;
    await fetch(`${options.url}/api/v1/metrics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${options.key}` },
      body: JSON.stringify({ portfolioId: options.portfolio, samples }),
      signal: AbortSignal.timeout(10_000),
    }).catch(() => null);
  };

  const { server, port } = await startPaperServer({
    port: options.port,
    secrets,
    fault,
    onCommand: (command) => {
      const reply = timed(() => engine.execute(command));
      if (command.type !== 'renew_lease' && command.type !== 'query') say(`command ${command.type}: ${reply.result}`);
      return reply;
    },
    onReplay: ({ from, speed }) => {
      if (speed) tickMs = MINUTE_MS / speed / options.ticks;
      const started = engine.replayFrom(from);
      say(`replay from ${started.from}`);
      return started;
    },
  });

  let stopped = false;
  const timers = new Set<NodeJS.Timeout>();
  /** Repeats after each run: a slow run delays the next and never overlaps it. */
  const repeat = (everyMs: () => number, work: () => unknown) => {
    const turn = async () => {
      timers.delete(timer);
      try {
        await work();
      } catch (error) {
        say(`failed: ${(error as Error).message}`);
      }
      if (!stopped) schedule();
    };
    let timer: NodeJS.Timeout;
    const schedule = () => {
      timer = setTimeout(turn, everyMs());
      timers.add(timer);
    };
    schedule();
  };

  await report();
  await register?.();
  const history = engine.backfill();
  if (history.length > 0) {
    say(`history of ${history.length} sessions`);
    feed?.add(...history);
  } else if (options.isReplay) engine.replayFrom(options.from);
  say(engine.describe());
  repeat(
    () => tickMs,
    () => {
      const { row, closed } = timed(() => engine.tick());
      feed?.add(row);
      if (closed) say(`closed ${closed}: ${engine.describe()}${feed?.backlog ? `, ${feed.backlog} waiting` : ''}`);
    },
  );
  repeat(
    () => MATCH_EVERY_MS,
    () => {
      const row = engine.match();
      if (row) feed?.add(row);
    },
  );
  repeat(
    () => MATCH_EVERY_MS,
    () => orders.turn(),
  );
  repeat(() => REPORT_EVERY_MS, report);
  repeat(
    () => REPORT_EVERY_MS,
    () => feed?.flush(),
  );
  repeat(
    () => REPORT_EVERY_MS,
    () => register?.(),
  );
  repeat(() => MINUTE_MS, pushMetrics);

  return {
    port,
    engine,
    stop: async () => {
      stopped = true;
      for (const timer of timers) clearTimeout(timer);
      feed?.spool();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
