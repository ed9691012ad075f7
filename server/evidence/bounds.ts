import { DomainError } from '@/server/kernel/errors';

/** Bounds of one evidence file; a file beyond one of them is refused whole. */
export const MAX_FILE_BYTES = 50 * 1024 * 1024;
export const MAX_ARCHIVE_ENTRIES = 500;
export const MAX_ARCHIVE_EXPANDED_BYTES = 150 * 1024 * 1024;
export const MAX_ARCHIVE_RATIO = 200;
export const MAX_JSON_DEPTH = 64;
export const MAX_ROWS = 1_000_000;
export const MAX_STRATEGIES = 200;
/** Of a table: pyfolio writes one per instrument. */
export const MAX_COLUMNS = 5_000;
/** Strategies x days: a test of few trades fills each day of its span, so a small file may ask for gigabytes. */
export const MAX_STRATEGY_DAYS = 500_000;
export const MAX_NAME_LENGTH = 120;
/** No market test is longer; a date far outside is a damaged file. */
export const MAX_SPAN_DAYS = 150 * 366;

export const DAY_MS = 86_400_000;

/** A file that cannot be imported: `message` names the problem and what to do; nothing of it is kept. */
export const refusedFile = (message: string, detail?: string) =>
  new DomainError('EVIDENCE_REFUSED', message, { kind: 'invalid', detail });

export const tooLargeFile = (message: string) => new DomainError('EVIDENCE_TOO_LARGE', message, { kind: 'too-large' });

/** More strategies x days than are read at once: here, or at all. */
export class TooManyDays extends DomainError {
  constructor(days: number, most: number) {
    super(
      'EVIDENCE_TOO_LARGE',
      `The strategies of the file come to ${days} days and more together; ${most} are the most. Export fewer strategies or a shorter test.`,
      { kind: 'too-large' },
    );
  }
}

/** Throws `TooManyDays` beyond `most`. */
export function refuseDays(days: number, most: number): void {
  if (days > most) throw new TooManyDays(days, most);
}

/** The file's own word as it may be shown: one line, no control characters, bounded. */
export function shownName(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is taken out
  const line = text.replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069]/g, ' ').trim();
  return line.length > MAX_NAME_LENGTH ? `${line.slice(0, MAX_NAME_LENGTH - 1)}…` : line;
}
