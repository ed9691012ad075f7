import { hash } from 'node:crypto';
import { plainText } from '../../kernel/decimal-words';
import type { SnapshotRow } from './snapshot-row';

/**
 * A row as it is stored and compared: its instant and its lists as JSON text, and the hash that tells a repeat from other
 * content.
 */
export type RowContent = { asOf: string; flows: string; positions: string; strategies: string; hash: string };

/** Names as JSON text: a batch says the same few in every row. */
export type NameTexts = Map<string, string>;

/**
 * The RFC 8785 text of a row, written out field by field (keys in order), and its SHA-256: the same hash as
 * `contentHash` of the row, without two passes over a copy of it. The lists are parts of that text.
 */
export function contentOf(row: SnapshotRow, names: NameTexts = new Map()): RowContent {
  const { account, asOf, cash, equity, kind, sequence } = row;
  const at = asOf.toISOString();
  const flows = listText(row.flows, quoted, names);
  const positions = listText(row.positions, positionText, names);
  const strategies = listText(row.strategies, lineText, names);
  const head = `{"account":${nameText(account, names)},"asOf":"${at}","cash":${cash === null ? 'null' : quoted(cash)},"equity":${quoted(equity)},"flows":`;
  const middle = `,"kind":"${kind}","positions":`;

  const text = `${head}${flows}${middle}${positions},"sequence":${sequence},"strategies":${strategies}}`;
  const digest = hash('sha256', text, 'hex');
  // Cut out of the one text, which is whole by now: the pieces that it was written from can go.
  const flowsEnd = head.length + flows.length;
  const from = flowsEnd + middle.length;
  const end = text.length - 1;
  return {
    asOf: at,
    flows: text.slice(head.length, flowsEnd),
    positions: text.slice(from, from + positions.length),
    strategies: text.slice(end - strategies.length, end),
    hash: digest,
  };
}

function listText<T>(items: readonly T[], textOf: (item: T, names: NameTexts) => string, names: NameTexts): string {
  let text = '[';
  for (const item of items) text += text === '[' ? textOf(item, names) : `,${textOf(item, names)}`;
  return `${text}]`;
}

function nameText(name: string, names: NameTexts): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const text = JSON.stringify(name);
  names.set(name, text);
  return text;
}

/** A zero keeps its sign in JSON. */
const quoted = (value: SnapshotRow['equity']): string => `"${value.isZero() ? value.toJSON() : plainText(value)}"`;

function positionText(p: SnapshotRow['positions'][number], names: NameTexts): string {
  const value = p.value === undefined ? '' : `,"value":${quoted(p.value)}`;
  return `{"fx":${quoted(p.fx)},"instrument":${nameText(p.instrument, names)},"multiplier":${quoted(p.multiplier)},"price":${quoted(p.price)},"quantity":${quoted(p.quantity)},"strategy":${nameText(p.strategy, names)}${value}}`;
}

function lineText(line: SnapshotRow['strategies'][number], names: NameTexts): string {
  const trades = line.trades ? `{"closed":${line.trades.closed},"wins":${line.trades.wins}}` : 'null';
  return `{"fees":${quoted(line.fees)},"id":${nameText(line.id, names)},"realised":${quoted(line.realised)},"trades":${trades},"unrealised":${quoted(line.unrealised)}}`;
}
