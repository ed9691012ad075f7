import 'server-only';
import { sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { log } from '../../kernel/log';
import { afterCommit, publish, readNow, type Tx } from '../../kernel/transaction';
import { limitKey } from '../limits';
import type { Evaluation } from './evaluation-actions';
import { floatOf } from './float-of';
import { noticeOf, type Seen, type Told } from './notice';

const TOPICS = ['risk', 'overview'];

type Kept = { told?: Told; timer?: ReturnType<typeof setTimeout> };
const kept = globalThis as { __goingLiveTold?: Map<string, Kept> };
kept.__goingLiveTold ??= new Map();
const portfolios = kept.__goingLiveTold;

/**
 * Tells open pages of a batch when it commits: at once where something a person sees has changed, else together with what
 * comes within the next second. What waits is told by a timer of this process, so the last of a burst is never lost.
 */
export function tellPages(tx: Tx, portfolioId: string, evaluation: Evaluation, tradingState: string): void {
  const mine = portfolios.get(portfolioId) ?? {};
  portfolios.set(portfolioId, mine);
  const seen = seenOf(evaluation, tradingState);
  const now = performance.now();
  const notice = evaluation.changed ? { kind: 'now' as const } : noticeOf(mine.told, seen, now);
  if (notice.kind === 'now') {
    for (const topic of TOPICS) publish(tx, topic);
    afterCommit(tx, () => {
      clearTimeout(mine.timer);
      mine.timer = undefined;
      mine.told = { atMs: now, seen };
    });
    return;
  }
  afterCommit(tx, () => {
    mine.timer ??= setTimeout(() => {
      mine.timer = undefined;
      mine.told = { atMs: performance.now(), seen };
      notify().catch((error: unknown) => log.warn({ err: error, portfolioId }, 'pages could not be told of samples'));
    }, notice.inMs).unref();
  });
}

async function notify(): Promise<void> {
  const at = await readNow();
  await db.execute(query`select pg_notify('going_live', ${JSON.stringify({ topics: TOPICS, at: at.toISOString() })})`);
}

function seenOf({ state, verdicts, suspect }: Evaluation, tradingState: string): Seen {
  const utilisation: Record<string, number | null> = {};
  const words = [tradingState, suspect ? 'suspect' : '', state.day?.key ?? ''];
  for (const verdict of verdicts) {
    const key = limitKey(verdict);
    utilisation[key] = verdict.utilisation.kind === 'ratio' ? floatOf(verdict.utilisation.ratio) : null;
    words.push(`${key} ${verdict.state}`);
  }
  return { words: words.join(), equity: state.last ? floatOf(state.last.equity) : 0, utilisation };
}
