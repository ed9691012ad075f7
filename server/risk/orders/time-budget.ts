/** From when its request came in an answer takes at most this long, the look at its key included; after it new risk is denied. */
export const BUDGET = { ms: 250 };

export type TimeBudget = { leftMs: () => number };

/** What is left of the time of one check that begins now. Real time: a moved clock gives nobody more. */
export function timeBudget(): TimeBudget {
  const startedAt = performance.now();
  return { leftMs: () => Math.max(0, BUDGET.ms - (performance.now() - startedAt)) };
}

/** The result of `work`, or a rejection when it is not there within `ms`; what it does goes on unheard. */
export async function withinMs<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<never>((_, give) => {
    timer = setTimeout(() => give(new Error(`no answer within ${Math.round(ms)} ms`)), ms);
  });
  try {
    return await Promise.race([work, silence]);
  } finally {
    clearTimeout(timer);
  }
}
