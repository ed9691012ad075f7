import { parseArgs } from 'node:util';
import { type SeriesChoice, TABLE_KINDS } from '../evidence/model';
import { RefusedStart } from './refused-start';

/** Command line of the two file commands: one FILE, how to read it, how to print it. */
export function evidenceArguments(usage: string, extra: Record<string, { type: 'string' }> = {}) {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        json: { type: 'boolean', default: false },
        kind: { type: 'string' },
        unit: { type: 'string' },
        column: { type: 'string' },
        scale: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
        ...extra,
      },
    });
    const texts = values as Record<string, string | boolean | undefined>;
    const file = positionals[0];
    if (texts.help || !file || positionals.length > 1) throw new RefusedStart(usage);
    return { file, json: texts.json === true, texts, choice: choiceOf(texts) };
  } catch (cause) {
    if (cause instanceof RefusedStart) throw cause;
    throw new RefusedStart(`${(cause as Error).message}\n${usage}`);
  }
}

function choiceOf(texts: Record<string, string | boolean | undefined>): SeriesChoice {
  const choice: SeriesChoice = {};
  if (texts.kind !== undefined) {
    const kind = TABLE_KINDS.find((known) => known === texts.kind);
    if (!kind) throw new RefusedStart(`--kind is one of ${TABLE_KINDS.join(', ')}.`);
    choice.kind = kind;
  }
  if (texts.unit !== undefined) {
    if (texts.unit !== 'fraction' && texts.unit !== 'percent') throw new RefusedStart('--unit is fraction or percent.');
    choice.unit = texts.unit;
  }
  if (typeof texts.column === 'string') choice.column = texts.column;
  if (typeof texts.scale === 'string') choice.scale = Number(texts.scale);
  return choice;
}
