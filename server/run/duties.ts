import 'server-only';
import postgres from 'postgres';
import { log } from '../kernel/log';
import { type Loop, startLoop } from './loop';
import { forgetSilentProcesses } from './process-store';

type Duty = { name: string; everyMs: number; wokenByEvents: boolean; work: () => Promise<unknown> };

/** What the worker does all the time. Jobs with a time of their own are in `server/jobs`. */
const DUTIES: Duty[] = [
  { name: 'silent processes', everyMs: 3_600_000, wokenByEvents: false, work: forgetSilentProcesses },
];

/** Starts every duty; those that consume events also run when the database says that something changed. */
export function startDuties(): { stop: () => Promise<void> } {
  const loops = DUTIES.map(({ name, everyMs, wokenByEvents, work }) => ({
    wokenByEvents,
    loop: startLoop(name, everyMs, work),
  }));
  const woken = loops.filter(({ wokenByEvents }) => wokenByEvents).map(({ loop }) => loop);
  const ear = listen(woken);
  return {
    stop: async () => {
      await ear.end({ timeout: 1 });
      await Promise.all(loops.map(({ loop }) => loop.stop()));
    },
  };
}

/** One direct connection that hears of commits. What came while it was cut is lost, so being back is a reason to look. */
function listen(loops: Loop[]): postgres.Sql {
  const url = process.env.DATABASE_LISTEN_URL ?? process.env.DATABASE_URL ?? '';
  const sql = postgres(url, { max: 1, idle_timeout: 0, onnotice: () => {} });
  const wakeAll = () => {
    for (const loop of loops) loop.wake();
  };
  sql.listen('going_live', wakeAll, wakeAll).catch((error) => log.error({ err: error }, 'the worker hears no events'));
  return sql;
}
