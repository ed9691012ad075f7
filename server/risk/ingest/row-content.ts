import { hash } from 'node:crypto';
import { plainText } from '../../kernel/decimal-words';
import type { SnapshotRow } from './snapshot-row';

/**
 * A row as it is stored and compared: its instant and its lists as JSON text, and the hash that tells a repeat from other
 * content.
 */
export type RowContent = { asOf: string; flows: string; positions: string; strategies: string; hash: string };

type Position = SnapshotRow['positions'][number];
type Line = SnapshotRow['strategies'][number];

/**
 * What the rows of a batch have in common: names as JSON text, and at each place of a list the text around the one figure
 * that moves from row to row.
 */
export type RowTexts = {
  names: Map<string, string>;
  positions: { of: Position; before: string; after: string }[];
  strategies: { of: Line; before: string }[];
};
export const rowTexts = (): RowTexts => ({ names: new Map(), positions: [], strategies: [] });

/**
 * The RFC 8785 text of a row, written out field by field (keys in order), and its SHA-256: the same hash as
 * `contentHash` of the row, without two passes over a copy of it. The lists are parts of that text.
 */
export function contentOf(row: SnapshotRow, texts: RowTexts = rowTexts()): RowContent {
  const { account, cash, equity, kind, sequence } = row;
  const asOf = row.asOf.toISOString();
  let text = `{"account":${nameText(account, texts)},"asOf":"${asOf}","cash":${cash === null ? 'null' : quoted(cash)},"equity":"${figure(equity)}","flows":`;
  const flows = text.length;
  for (let i = 0; i < row.flows.length; i += 1) text += `${opening(i)}${quoted(row.flows[i] as Position['price'])}`;
  text += row.flows.length === 0 ? '[]' : ']';
  const flowsEnd = text.length;
  text += `,"kind":"${kind}","positions":`;
  const positions = text.length;
  for (let i = 0; i < row.positions.length; i += 1) {
    const position = row.positions[i] as Position;
    const { before, after } = aroundPrice(position, i, texts);
    text += before + figure(position.price) + after;
  }
  text += row.positions.length === 0 ? '[]' : ']';
  const positionsEnd = text.length;
  text += `,"sequence":${sequence},"strategies":`;
  const strategies = text.length;
  for (let i = 0; i < row.strategies.length; i += 1) {
    const line = row.strategies[i] as Line;
    text += `${beforeUnrealised(line, i, texts)}${figure(line.unrealised)}"}`;
  }
  text += row.strategies.length === 0 ? '[]}' : ']}';
  const digest = hash('sha256', text, 'hex');
  // Cut out of the one text, which is whole by now: the pieces that it was written from can go.
  return {
    asOf,
    flows: text.slice(flows, flowsEnd),
    positions: text.slice(positions, positionsEnd),
    strategies: text.slice(strategies, -1),
    hash: digest,
  };
}

const opening = (place: number): string => (place === 0 ? '[' : ',');

function nameText(name: string, { names }: RowTexts): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  const text = JSON.stringify(name);
  names.set(name, text);
  return text;
}

/** A zero keeps its sign in JSON. */
const figure = (value: SnapshotRow['equity']): string => (value.isZero() ? value.toJSON() : plainText(value));
const quoted = (value: SnapshotRow['equity']): string => `"${figure(value)}"`;

/** The text of a position before and after its price; the one of the row before where all else is the very same. */
function aroundPrice(of: Position, place: number, texts: RowTexts): { before: string; after: string } {
  const last = texts.positions[place];
  if (last && isSameHolding(last.of, of)) return last;
  const { fx, instrument, multiplier, quantity, strategy, value } = of;
  const stated = value === undefined ? '' : `,"value":${quoted(value)}`;
  const around = {
    of,
    before: `${opening(place)}{"fx":${quoted(fx)},"instrument":${nameText(instrument, texts)},"multiplier":${quoted(multiplier)},"price":"`,
    after: `","quantity":${quoted(quantity)},"strategy":${nameText(strategy, texts)}${stated}}`,
  };
  texts.positions[place] = around;
  return around;
}

const isSameHolding = (a: Position, b: Position): boolean =>
  a.fx === b.fx &&
  a.instrument === b.instrument &&
  a.multiplier === b.multiplier &&
  a.quantity === b.quantity &&
  a.strategy === b.strategy &&
  a.value === b.value;

/** The text of a strategy's line before what is unrealised. */
function beforeUnrealised(of: Line, place: number, texts: RowTexts): string {
  const last = texts.strategies[place];
  if (last && isSameLine(last.of, of)) return last.before;
  const trades = of.trades ? `{"closed":${of.trades.closed},"wins":${of.trades.wins}}` : 'null';
  const before = `${opening(place)}{"fees":${quoted(of.fees)},"id":${nameText(of.id, texts)},"realised":${quoted(of.realised)},"trades":${trades},"unrealised":"`;
  texts.strategies[place] = { of, before };
  return before;
}

const isSameLine = (a: Line, b: Line): boolean =>
  a.fees === b.fees &&
  a.id === b.id &&
  a.realised === b.realised &&
  a.trades?.closed === b.trades?.closed &&
  a.trades?.wins === b.trades?.wins;
