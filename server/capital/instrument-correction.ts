import { contentHash } from '../audit/canonical';
import { Decimal, ONE } from '../kernel/decimal';
import { InstrumentRow, type Terms } from './instrument';

/** A proposal that found no second person within this is made again. */
export const CORRECTION_HOURS = 72;

export const CORRECTED = ['multiplier', 'fx', 'lot', 'initialMargin'] as const;
export type Corrected = (typeof CORRECTED)[number];

/** What a correction changes, as decimal text; null is a lot or a margin that nobody stated. */
export type CorrectionChange = Partial<Record<Corrected, { readonly from: string | null; readonly to: string | null }>>;

/** `stricter` makes something larger that limits measure, `looser` makes something smaller or a lot larger, `even` neither. */
export type CorrectionKind = 'stricter' | 'looser' | 'even';
export type CorrectionState = 'applied' | 'waiting' | 'overtaken' | 'lapsed' | 'turned-down' | 'taken-back';

/** Terms of the register; a lot that nobody stated is null. */
export type RegisteredTerms = Omit<Terms, 'lot'> & { lot: Decimal | null };

/** Terms that a person states; left out, each stays as it is, and a margin of null ends it. */
export const CorrectionWish = InstrumentRow.pick({ multiplier: true, fx: true, lot: true, initialMargin: true });
export type CorrectionWish = Partial<Terms>;

const textOf = (value: Decimal | null | undefined): string | null => value?.toFixed() ?? null;

/** A margin is kept to twelve places: what is compared and signed is what will be kept. */
const kept = (field: Corrected, value: Decimal | null): Decimal | null =>
  field === 'initialMargin' ? (value?.toDecimalPlaces(12, Decimal.ROUND_HALF_EVEN) ?? null) : value;

/** Only what a wish makes another than it is. */
export function changeOf(standing: RegisteredTerms, wish: CorrectionWish): CorrectionChange {
  const change: CorrectionChange = {};
  for (const field of CORRECTED) {
    const wished = wish[field];
    if (wished === undefined) continue;
    const [from, to] = [textOf(standing[field]), textOf(kept(field, wished))];
    if (from !== to) change[field] = { from, to };
  }
  return change;
}

const decimalOr = (text: string | null | undefined, otherwise: Decimal): Decimal =>
  text ? new Decimal(text) : otherwise;

/**
 * Whether a change loosens what limits measure: a unit (multiplier x rate), a multiplier (a rate beside it moves back) or an
 * initial margin that becomes less, or a lot that becomes more: a cut leaves a position of one lot or less as it is. A lot
 * where none was stated is more. One that loosens anything is looser, whatever else it raises.
 */
export function correctionKind({ multiplier, fx, lot, initialMargin }: CorrectionChange): CorrectionKind {
  const unit = (end: 'from' | 'to') => decimalOr(multiplier?.[end], ONE).mul(decimalOr(fx?.[end], ONE));
  const zero = new Decimal(0);
  const moves = [
    unit('to').cmp(unit('from')),
    decimalOr(initialMargin?.to, zero).cmp(decimalOr(initialMargin?.from, zero)),
  ];
  const isLowered = decimalOr(multiplier?.to, ONE).lt(decimalOr(multiplier?.from, ONE));
  const isCoarser = decimalOr(lot?.to, zero).gt(decimalOr(lot?.from, zero));
  if (isLowered || isCoarser || moves.includes(-1)) return 'looser';
  return moves.includes(1) ? 'stricter' : 'even';
}

/** Terms after a change: what it leaves out stays as it stands. */
export function termsAfter(standing: RegisteredTerms, change: CorrectionChange): RegisteredTerms {
  const one = (field: 'multiplier' | 'fx') => decimalOr(change[field]?.to, standing[field]);
  const maybe = (field: 'lot' | 'initialMargin') => {
    const to = change[field];
    if (!to) return standing[field];
    return to.to === null ? null : new Decimal(to.to);
  };
  return { multiplier: one('multiplier'), fx: one('fx'), lot: maybe('lot'), initialMargin: maybe('initialMargin') };
}

/** What was stated otherwise since a change was proposed: a signature under it would bring that back. Empty where nothing was. */
export const overtakenIn = (standing: RegisteredTerms, change: CorrectionChange): Corrected[] =>
  CORRECTED.filter((field) => change[field] && change[field].from !== textOf(standing[field]));

/** What a change that is in the register states and the register does not any more, whoever stated it since. */
export const restatedIn = (
  row: { change: CorrectionChange; appliedAt: Date | null },
  standing: RegisteredTerms | null,
): Corrected[] =>
  row.appliedAt
    ? CORRECTED.filter((field) => row.change[field] && (!standing || row.change[field].to !== textOf(standing[field])))
    : [];

/** Whether a change states anew what one unit is worth; snapshots then state it no longer. */
export const changesUnit = (change: CorrectionChange): boolean =>
  change.multiplier !== undefined || change.fx !== undefined;

/** When a proposal lapses unless another person has signed it. */
export const lapsesAt = (row: { proposedAt: Date }): Date =>
  new Date(row.proposedAt.getTime() + CORRECTION_HOURS * 3_600_000);

/** What a correction is at an instant; `standing` are the terms that stand then, null where nothing is registered. */
export function correctionState(
  row: {
    change: CorrectionChange;
    proposedBy: string;
    proposedAt: Date;
    appliedAt: Date | null;
    endedAt: Date | null;
    endedBy: string | null;
  },
  standing: RegisteredTerms | null,
  now: Date,
): CorrectionState {
  if (row.appliedAt) return 'applied';
  if (row.endedAt) return row.endedBy === row.proposedBy ? 'taken-back' : 'turned-down';
  if (lapsesAt(row) <= now) return 'lapsed';
  return !standing || overtakenIn(standing, row.change).length > 0 ? 'overtaken' : 'waiting';
}

/** Hash of what a person is shown and signs. */
export const correctionContent = (row: {
  portfolioId: string;
  instrument: string;
  change: CorrectionChange;
  reason: string;
}): string =>
  contentHash({
    portfolioId: row.portfolioId,
    instrument: row.instrument,
    change: Object.fromEntries(
      CORRECTED.flatMap((field) => {
        const one = row.change[field];
        return one ? [[field, { from: one.from, to: one.to }]] : [];
      }),
    ),
    reason: row.reason,
  });

const NAME: Record<Corrected, string> = {
  multiplier: 'multiplier',
  fx: 'rate to the base currency',
  lot: 'lot',
  initialMargin: 'initial margin',
};
const shown = (text: string | null): string => text ?? 'none';

/** "multiplier 50 to 5, initial margin 0.5 to none" */
export const changeText = (change: CorrectionChange): string =>
  CORRECTED.flatMap((field) => {
    const one = change[field];
    return one ? [`${NAME[field]} ${shown(one.from)} to ${shown(one.to)}`] : [];
  }).join(', ');
