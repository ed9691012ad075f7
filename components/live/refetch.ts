/** What a page does with hints: asks again what they touch, one round at a time. */
export type Refetch = { hint: (topics: readonly string[]) => void; wake: () => void; stop: () => void };

/** Asks what the topics touch; resolves to topics that must be asked again, for they were under way already. */
export type Ask = (topics: ReadonlySet<string>) => Promise<readonly string[]>;

const COALESCE_MS = 60;
const BETWEEN_MS = 400;
const BETWEEN_AT_MOST_MS = 2000;
const PATIENCE_MS = 5000;

/**
 * Collects hints and runs `ask` with their topics: soon after the first, never while the round before is under way (a
 * round that is cut off by the next would, under load, never end), and not while nobody looks at the page. A round that
 * took long is followed by twice as long a pause, 2 s at most: a server that is slow is not asked faster than it answers.
 */
export function collectHints(ask: Ask, isSeen: () => boolean): Refetch {
  const due = new Set<string>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;

  const plan = (inMs: number) => {
    if (isAsking || timer !== undefined || due.size === 0 || !isSeen()) return;
    timer = setTimeout(run, inMs);
  };
  const run = () => {
    timer = undefined;
    const topics = new Set(due);
    due.clear();
    isAsking = true;
    const began = Date.now();
    const done = (again: readonly string[] = []) => {
      for (const topic of again) due.add(topic);
      if (isOver) return plan(BETWEEN_MS);
      isOver = true;
      isAsking = false;
      clearTimeout(patience);
      plan(Math.min(BETWEEN_AT_MOST_MS, Math.max(BETWEEN_MS, 2 * (Date.now() - began))));
    };
    let isOver = false;
    const patience = setTimeout(done, PATIENCE_MS);
    ask(topics).then(done, () => done());
  };
  return {
    hint: (topics) => {
      for (const topic of topics) due.add(topic);
      plan(COALESCE_MS);
    },
    wake: () => plan(0),
    stop: () => clearTimeout(timer),
  };
}
