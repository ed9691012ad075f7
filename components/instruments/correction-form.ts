import type { CorrectionView } from '@/server/risk/instruments/correction-view-store';
import type { RegisterRow } from '@/server/risk/instruments/register-view-store';
import { fractionFrom, percentFrom } from '../risk/percent-fraction';
import { formatNumber, formatPercent } from '../ui/format';

export const TERMS = ['multiplier', 'fx', 'lot', 'initialMargin'] as const;
export type Term = (typeof TERMS)[number];
export type TermsTyped = Record<Term, string>;
export type Wish = { multiplier?: string; fx?: string; lot?: string; initialMargin?: string | null };

export const TERM_LABEL: Record<Term, string> = {
  multiplier: 'Multiplier',
  fx: 'Rate to the base currency',
  lot: 'Lot',
  initialMargin: 'Initial margin',
};

type Registered = Pick<RegisterRow, Term>;

/** Terms as a person edits them; a margin in per cent, empty where there is none. */
export const typedFrom = (row: Registered): TermsTyped => ({
  multiplier: row.multiplier,
  fx: row.fx,
  lot: row.lot ?? '',
  initialMargin: row.initialMargin === null ? '' : percentFrom(row.initialMargin),
});

const NUMBER = /^(\d+|[1-9]\d{0,2}(,\d{3})+)(\.\d{1,18})?$/;
const SAY = 'A number over 0, such as 50, 0.25 or 1,000.5: a point before decimals, commas only between thousands.';

/** What was typed otherwise than it stands, as it travels, and what is wrong by field. What was left alone is not sent. */
export function wishFrom(row: Registered, typed: TermsTyped): { wish: Wish; faults: [field: Term, message: string][] } {
  const before = typedFrom(row);
  const wish: Wish = {};
  const faults: [Term, string][] = [];
  for (const field of ['multiplier', 'fx', 'lot'] as const) {
    if (typed[field].trim() === before[field]) continue;
    const text = NUMBER.test(typed[field].trim()) ? typed[field].trim().replaceAll(',', '') : null;
    if (text === null || Number(text) === 0) faults.push([field, SAY]);
    else wish[field] = text;
  }
  const margin = typed.initialMargin.trim();
  if (margin === before.initialMargin) return { wish, faults };
  if (margin === '') return { wish: { ...wish, initialMargin: null }, faults };
  const fraction = fractionFrom(margin);
  if (fraction === null || Number(fraction) === 0)
    faults.push(['initialMargin', 'A share of gross in per cent, such as 10; empty for none.']);
  else wish.initialMargin = fraction;
  return { wish, faults };
}

/** Why a correction that somebody is looking at can be signed no longer, in words; `row` as it waits now, if it does. */
export function waitsNoLonger(row: Pick<CorrectionView, 'state'> | undefined): string | undefined {
  if (!row) return 'It waits no longer: it was signed, turned down, taken back or it lapsed. Its history says which.';
  return row.state === 'waiting' ? undefined : 'The register states something else since. Propose it again.';
}

/** A figure of the register in words; what nobody stated is none. */
export function termText(field: Term, value: string | null): string {
  if (value === null) return 'none';
  return field === 'initialMargin' ? formatPercent(value) : formatNumber(value, { digits: 18, minDigits: 0 });
}

/** The figures of a change, each before and after. */
export const changedTerms = (change: CorrectionView['change']): { field: Term; from: string; to: string }[] =>
  TERMS.flatMap((field) => {
    const one = change[field];
    return one ? [{ field, from: termText(field, one.from), to: termText(field, one.to) }] : [];
  });
