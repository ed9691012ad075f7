/** What a page does with hints: asks again what they touch, one round at a time. */
export type Refetch = { hint: (topics: readonly string[]) => void; wake: () => void; stop: () => void };

const COALESCE_MS = 60;
const BETWEEN_MS = 400;
const PATIENCE_MS = 5000;

/**
 * Collects hints and runs `ask` with their topics: soon after the first, never while the round before is under way (a
 * round that is cut off by the next would, under load, never end), and not while nobody looks at the page.
 */
export function collectHints(ask: (topics: ReadonlySet<string>) => Promise<unknown>, isSeen: () => boolean): Refetch {
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
    const done = () => {
      if (!isAsking) return;
      isAsking = false;
      clearTimeout(patience);
      plan(BETWEEN_MS);
    };
    const patience = setTimeout(done, PATIENCE_MS);
    ask(topics).then(done, done);
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
