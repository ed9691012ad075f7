/** The colour of a status. Within and passed is `ok`; `off` is off or unknown, never fine. */
export type Tone = 'ok' | 'run' | 'warn' | 'high' | 'crit' | 'off';

/** Sets the colour pair `--s` (ink) and `--st` (tint) that marks, tags, notes and bars read. */
export const TONE: Record<Tone, string> = {
  ok: '[--s:var(--color-ok)] [--st:var(--color-ok-tint)]',
  run: '[--s:var(--color-run)] [--st:var(--color-run-tint)]',
  warn: '[--s:var(--color-warn)] [--st:var(--color-warn-tint)]',
  high: '[--s:var(--color-high)] [--st:var(--color-high-tint)]',
  crit: '[--s:var(--color-crit)] [--st:var(--color-crit-tint)]',
  off: '[--s:var(--color-off)] [--st:var(--color-off-tint)]',
};
