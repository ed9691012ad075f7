import { isDeepStrictEqual } from 'node:util';
import { DomainError } from '../../kernel/errors';
import { SnapshotBatch } from './snapshot-row';

/** Rows that are parsed at once: what JSON makes of them is gone before the next are. */
const AT_ONCE = 64;

/** White space as JSON knows it. */
const W = '[ \\t\\r\\n]*';
const HEAD = new RegExp(
  `^\\{${W}(?:"portfolioId"${W}:${W}"([^"\\\\]*)"${W},${W})?"rows"${W}:${W}\\[${W}\\{${W}"(\\w+)"`,
);
const HEAD_BYTES = 200;
const END = new RegExp(`\\]${W}\\}${W}$`);
const END_BYTES = 20;

/** What a body of snapshots says; its rows come one after the other, are let go as they are read, and are read once. */
export type SnapshotBody = { portfolioId?: string | undefined; rows: Iterable<unknown> };

/**
 * A body `{"portfolioId"?: …, "rows": [{…}, …]}`. As machines write it, it is cut between rows and parsed in pieces, since
 * thousands of rows at once cost more memory to hold than to read; any other text is parsed as a whole.
 *
 * Throws INVALID (422) for what is no such body; reading the rows throws it too, where a text turns out to be no JSON: what was
 * read until then is of no use.
 */
export function readBody(bytes: Buffer): SnapshotBody {
  const head = HEAD.exec(bytes.toString('latin1', 0, HEAD_BYTES));
  const end = END.exec(bytes.toString('latin1', Math.max(0, bytes.length - END_BYTES)));
  // Whose rows they are may also be said behind them.
  if (!head || !end || bytes.includes('"portfolioId"', head[0].length)) {
    const { portfolioId, rows } = wholeOf(bytes);
    return { portfolioId, rows: takenFrom(rows) };
  }
  const [opening, portfolioId, key = ''] = head;
  const { success } = SnapshotBatch.shape.portfolioId.safeParse(portfolioId);
  if (!success) throw new DomainError('INVALID', SHAPE);
  const first = opening.lastIndexOf('{');
  return { portfolioId, rows: rowsBetween(bytes, { portfolioId, first, end: bytes.length - end[0].length, key }) };
}

const SHAPE = 'The body is {"rows": [{"account", "asOf", "sequence", "equity", …}, …]} as JSON.';

function wholeOf(bytes: Buffer): SnapshotBatch {
  let body: unknown;
  try {
    body = JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new DomainError('INVALID', 'The body is not JSON.');
  }
  const batch = SnapshotBatch.safeParse(body);
  if (!batch.success) throw new DomainError('INVALID', SHAPE);
  return batch.data;
}

/** The elements of a list, each of which is let go as it is read. */
function* takenFrom(list: unknown[], from = 0): Generator<unknown> {
  for (let i = from; i < list.length; i += 1) {
    const element = list[i];
    list[i] = undefined;
    yield element;
  }
}

type Head = { portfolioId: string | undefined; first: number; end: number; key: string };

/**
 * Cut before objects that begin with the key of the first row: `},{"account"` is nowhere in JSON but between two objects of
 * one list. Were that another list than the rows, the piece would be no list by itself, and the rest comes from the whole.
 */
function* rowsBetween(bytes: Buffer, body: Head): Generator<unknown> {
  const { portfolioId, first, end, key } = body;
  const between = [`},{"${key}"`, `}, {"${key}"`].map((text) => Buffer.from(text));
  const separator = between.find((text) => bytes.includes(text, first)) ?? (between[0] as Buffer);
  let count = 0;
  let last: unknown;
  for (let start = first; start < end; ) {
    const [stop, next] = pieceFrom(bytes, start, end, separator);
    const rows = parsedList(bytes.toString('utf8', start, stop));
    if (!rows) {
      const whole = wholeOf(bytes);
      // Said again in escaped letters: not understood.
      if (whole.portfolioId !== portfolioId) throw new DomainError('INVALID', SHAPE);
      // Nor are rows that are given twice.
      if (count > 0 && !isDeepStrictEqual(whole.rows[count - 1], last)) throw new DomainError('INVALID', SHAPE);
      return yield* takenFrom(whole.rows, count);
    }
    count += rows.length;
    last = rows.at(-1);
    yield* rows;
    start = next;
  }
}

/** Where a piece that begins at `start` ends, and where the one after it begins. */
function pieceFrom(bytes: Buffer, start: number, end: number, separator: Buffer): [stop: number, next: number] {
  let at = start;
  for (let rows = 0; rows < AT_ONCE; rows += 1) {
    at = bytes.indexOf(separator, at + 1);
    if (at < 0 || at >= end) return [end, end];
  }
  return [at + 1, at + separator.indexOf('{')];
}

function parsedList(elements: string): unknown[] | null {
  try {
    return JSON.parse(`[${elements}]`);
  } catch {
    return null;
  }
}
