import { Decimal } from '../../kernel/decimal';
import { amountText } from '../../kernel/format';
import { utilisationAt } from '../confirmation';
import type { Limit } from '../limit-definition';
import { measureText } from '../limits';
import type { StandingView } from './view';
import { levelText } from './view-words';

/** The newest verdict of a limit as it is kept; null where a figure is unknown. */
type Newest = {
  verdict: 'within' | 'soft' | 'breach' | 'unknown';
  value: string | null;
  note: string | null;
  headroomAmount: string | null;
  asOf: Date | null;
};

/** A value beside its limit, with as many decimals as it takes that one over it does not read like it. */
function apart({ measure, hard }: Limit, value: Decimal): string {
  const first = measure === 'correlation' ? 1 : 2;
  for (let places = first; places < 6; places += 1) {
    const text = measureText(measure, value, places);
    if (value.eq(hard) || text !== measureText(measure, hard, places)) return text;
  }
  return measureText(measure, value, 6);
}

/**
 * How far an episode is in words: now, by the newest verdict of its limit (none once it is over), and at worst; what it is
 * over or has left in money, where it has any. `opened` is the limit it began under, `inForce` the one that holds now.
 */
export function standingWords(
  row: { worstValue: string | null; clearedAt: Date | null },
  newest: Newest | undefined,
  { opened, inForce }: { opened: Limit; inForce: Limit },
  currency: string,
): Omit<StandingView, 'maxAgeMs'> {
  const isKnown = newest !== undefined && newest.verdict !== 'unknown' && newest.value !== null;
  const worst = row.worstValue === null ? null : new Decimal(row.worstValue);
  const value = isKnown ? new Decimal(newest.value as string) : null;
  const now = value && apart(inForce, value);
  return {
    now,
    unknownWhy: isKnown || row.clearedAt ? null : (newest?.note ?? 'it is not measured now'),
    limit: apart(inForce, inForce.hard),
    worst: worst && value && isPast(value, worst, opened) ? now : worst && worstText(worst, opened),
    money:
      isKnown && newest.headroomAmount !== null
        ? moneyWords(new Decimal(newest.headroomAmount), currency, inForce)
        : null,
    // A correlation is of closed days: no silence makes it older.
    asOf: inForce.measure === 'correlation' ? null : (newest?.asOf ?? null),
  };
}

const worstText = (worst: Decimal, opened: Limit): string =>
  utilisationAt(worst).kind === 'beyond' ? 'nothing left' : levelText(opened, worst);

/** The worst is of confirmed samples: a newer one that nothing has confirmed yet may lie past it, and then is the worst. */
function isPast(value: Decimal, worst: Decimal, { direction, hard }: Limit): boolean {
  if (utilisationAt(worst).kind === 'beyond' || worst.lte(0)) return false;
  return direction === 'ceiling' ? value.gt(hard.mul(worst)) : value.lt(hard.div(worst));
}

function moneyWords(headroom: Decimal, currency: string, { direction }: Limit): string {
  const side = headroom.gte(0) ? 'left' : direction === 'ceiling' ? 'over' : 'short';
  return `${amountText(headroom.abs(), currency)} ${side}`;
}
