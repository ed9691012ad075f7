import { MAX_JSON_DEPTH, refusedFile, shownName } from '../bounds';

export type JsonRecord = Record<string, unknown>;

const BARE_WORDS = ['NaN', '-Infinity', 'Infinity'];

/**
 * A JSON document from text that others wrote.
 *
 * Freqtrade writes bare NaN and Infinity, which JSON forbids: they are read as null, so that a required number is then
 * missing by name. Nesting deeper than 64 and `__proto__` keys are refused before anything is built.
 */
export function parseJsonDocument(text: string): JsonRecord {
  const cleaned = checkNesting(text);
  let value: unknown;
  try {
    value = JSON.parse(cleaned);
  } catch (cause) {
    const where = cause instanceof Error ? cause.message : '';
    // The parser quotes the file.
    throw refusedFile(`The file is not valid JSON (${shownName(where)}). Export it again.`);
  }
  if (!isRecord(value)) {
    throw refusedFile(
      Array.isArray(value)
        ? 'The file is a bare list. A Freqtrade list of trades from before 2020.9 has no starting balance: run the backtest again with a current version.'
        : 'The file holds no result: a JSON object was expected.',
    );
  }
  return value;
}

/** Walks the text once, outside of strings: depth, `__proto__`, bare words. Returns the text with bare words as null. */
function checkNesting(text: string): string {
  let depth = 0;
  const bareAt: { from: number; length: number }[] = [];
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) {
      const end = closingQuote(text, i);
      if (end - i === 10 && text.startsWith('__proto__', i + 1)) {
        throw refusedFile('The file holds a "__proto__" key, which no result has. It was refused.');
      }
      i = end;
    } else if (code === 123 || code === 91) {
      depth++;
      if (depth > MAX_JSON_DEPTH)
        throw refusedFile(`The file nests deeper than ${MAX_JSON_DEPTH} levels. It was refused.`);
    } else if (code === 125 || code === 93) {
      depth--;
    } else if (code === 78 || code === 73 || code === 45) {
      const word = BARE_WORDS.find((candidate) => text.startsWith(candidate, i));
      if (word) {
        bareAt.push({ from: i, length: word.length });
        i += word.length - 1;
      }
    }
  }
  if (depth > 0) throw truncated();
  if (bareAt.length === 0) return text;
  const parts: string[] = [];
  let from = 0;
  for (const bare of bareAt) {
    parts.push(text.slice(from, bare.from), 'null');
    from = bare.from + bare.length;
  }
  parts.push(text.slice(from));
  return parts.join('');
}

const truncated = () => refusedFile('The file ends in the middle: it is truncated. Export or copy it again.');

function closingQuote(text: string, open: number): number {
  let at = open + 1;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 92) at += 2;
    else if (code === 34) return at;
    else at++;
  }
  throw truncated();
}

export function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Own property by exact name, never one that came from a prototype. */
export const own = (record: JsonRecord, name: string): unknown =>
  Object.hasOwn(record, name) ? record[name] : undefined;

/** Own property by name in any letter case: LEAN wrote PascalCase until 2021 and camelCase since. */
export function ownAnyCase(record: JsonRecord, name: string): unknown {
  const exact = own(record, name);
  if (exact !== undefined) return exact;
  const wanted = name.toLowerCase();
  const key = Object.keys(record).find((candidate) => candidate.toLowerCase() === wanted);
  return key === undefined ? undefined : record[key];
}

export function numberOf(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value.trim() === '') return null;
  const parsed = Number(value);
  return Number.isFinite(parsed) ? parsed : null;
}

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);
