import type { Decimal } from '../../kernel/decimal';
import { amountText, numberText, percentText } from '../../kernel/format';
import type { ExitRule } from '../../trading-state/latch';
import { confirmationOf } from '../breaches/episode-drive';
import type { AssumedLot, Proposal } from '../breaches/proposals';
import type { ConfirmationRules } from '../confirmation';
import { CORRELATION_WINDOW } from '../correlation/correlation';
import { recoveryOf } from '../episodes';
import type { DrawdownBasis } from '../equity-curve';
import { type Limit, MEASURE_LABEL, type Measure } from '../limit-definition';
import { ownTiers } from '../limit-sets/limit-change';
import { measureText } from '../limits';

type Names = (strategyId: string) => string;

/** The name of a limit row: what is limited, and on what. */
export function limitTitle(measure: Measure, scope: string): string {
  if (measure === 'drawdown') return scope === 'strategy' ? 'Strategy drawdown' : 'Portfolio drawdown';
  return MEASURE_LABEL[measure];
}

/** The subject of a limit in words: an instrument, a pair of strategies, or the strategy it is on. */
export function subjectText(measure: Measure, subject: string, strategyId: string | null, names: Names): string | null {
  if (measure === 'correlation') return subject.split('+').map(names).join(' / ');
  if (subject) return subject;
  return strategyId ? names(strategyId) : null;
}

/** When a warning ends: "Clears under 8.00 % for 60 s and 3 samples." */
export function warningClearsText({ measure, direction, soft }: Pick<Limit, 'measure' | 'direction' | 'soft'>): string {
  const { holdMs, samples } = recoveryOf(measure);
  const bound = `${direction === 'ceiling' ? 'under' : 'over'} ${measureText(measure, soft, measure === 'correlation' ? 1 : 2)}`;
  if (measure === 'correlation') return `Clears ${bound} at a close.`;
  return `Clears ${bound} for ${holdMs / 1000} s and ${samples} samples.`;
}

/** When a breach ends: "Clears at 9.00 % or less for 60 s and 3 samples." */
export function clearsText(limit: Pick<Limit, 'measure' | 'direction' | 'recovery'>): string {
  const policy = recoveryOf(limit.measure);
  const bound = measureText(limit.measure, limit.recovery, limit.measure === 'correlation' ? 1 : 2);
  const side = limit.direction === 'ceiling' ? 'or less' : 'or more';
  if (limit.measure === 'correlation') {
    return `${CORRELATION_WINDOW.days} days of daily returns, confirmed 3 of 3 closes. Clears at ${bound} ${side} at a close.`;
  }
  const session = policy.newSession ? ', in a new session' : '';
  return `Clears at ${bound} ${side} for ${policy.holdMs / 1000} s and ${policy.samples} samples${session}.`;
}

/** The value at which a limit is used to a level (1.1 is 110 %): "11.7 %", or "9.09 %" of a floor. */
export const levelText = (
  { measure, direction, hard }: Pick<Limit, 'measure' | 'direction' | 'hard'>,
  level: Decimal,
) =>
  measureText(measure, direction === 'ceiling' ? hard.mul(level) : hard.div(level), measure === 'correlation' ? 1 : 2);

const LABEL: Record<string, string> = {
  halt: 'Halt trading',
  'reduce-only': 'Reduce-only trading',
  'request-emergency': 'Emergency asked for, severity high',
  rebase: 'Rebase of the high-water mark',
  accept: 'Breach accepted',
  restrict: 'Restriction of trading',
  latch: 'Restriction of trading',
  'by-hand': 'A person decides',
  propose: 'Proposal',
  emergency: 'Emergency',
};

/** What was taken for a lot where nobody registered one, so that who approves can tell whether it fits. */
const lotText = (assumed: readonly AssumedLot[] | undefined): string =>
  assumed?.length
    ? ` No lot is registered of ${assumed.map(({ instrument, lot }) => `${instrument}: taken as ${lot.toFixed()}`).join(', ')}.`
    : '';

/** Title and detail of an action as its card says it. */
export function actionText(
  type: string,
  proposal: Proposal | null,
  about: { currency: string; names: Names },
): { title: string; detail: string } {
  if (!proposal) return { title: LABEL[type] ?? type, detail: '' };
  switch (proposal.kind) {
    case 'reduce-positions': {
      const oneLot = proposal.oneLot.length ? ` One lot only, left as they are: ${proposal.oneLot.join(', ')}.` : '';
      return {
        title: `Cut all positions by ${percentText(proposal.share, 0)}`,
        detail: `${proposal.targets.length} positions to frozen targets, reduce-only. All capital in its scope shrinks to ${percentText(proposal.capitalFactor, 0)} until 15 min after the breach has ended and what it restricted was lifted by a Risk officer.${oneLot}${lotText(proposal.assumedLots)}`,
      };
    }
    case 'reduce-position':
      return {
        title: `Reduce ${proposal.instrument} to its limit`,
        detail: `${amountText(proposal.excess, about.currency)} gross above the limit is sold, reduce-only.${lotText(proposal.assumedLots)}`,
      };
    case 'raise-cash':
      return {
        title: `Raise ${amountText(proposal.shortfall, about.currency)} of cash`,
        detail: 'The engine sells down until the shortfall is covered; it opens nothing meanwhile.',
      };
    case 'cut-capital':
      return {
        title: `Cut ${about.names(proposal.strategy)} by ${percentText(proposal.share, 0)}`,
        detail: `${proposal.because} Cutting lowers the shared exposure; the correlation is measured again when the day closes. The capital comes back 15 min after the breach has cleared.`,
      };
  }
}

/** How a latch comes off, for the person who reads it. */
export function exitText(rule: ExitRule, causeKind: string): string {
  if (causeKind === 'emergency') return 'Resumed from the emergency page, by two people.';
  switch (rule) {
    case 'two-people':
      return 'Two people lift it, one of them a Risk officer.';
    case 'one-person':
      return 'A Risk officer lifts it.';
    case 'episode':
      return 'Lifts when its breach clears, or by a Risk officer.';
    case 'fresh-samples':
      return 'Lifts by itself after 3 fresh samples within limits.';
    case 'timed':
      return 'Lifts by itself at its time.';
    case 'lease':
      return 'A Risk officer lifts it, once the engine answers again.';
  }
}

/** One limit as a version lists it: "Drawdown ≤ 10.00 %". */
export function limitLine(limit: Limit): string {
  const sign = limit.direction === 'ceiling' ? '≤' : '≥';
  const name = limit.subject
    ? `${MEASURE_LABEL[limit.measure]} ${limit.subject}`
    : limitTitle(limit.measure, limit.appliesTo);
  const say = (value: Decimal) => (limit.measure === 'correlation' ? numberText(value, 2) : percentText(value));
  const { soft, recovery } = ownTiers(limit);
  const apart = [soft && `soft ${say(soft)}`, recovery && `clears at ${say(recovery)}`].filter(Boolean);
  return `${name} ${sign} ${say(limit.hard)}${apart.length ? ` (${apart.join(', ')})` : ''}`;
}

const BASIS_TEXT: Record<DrawdownBasis, string> = {
  'since-start': 'from the high-water mark since the start',
  'trailing-90d': 'from the high-water mark of the last 90 days',
  'end-of-day': 'from the highest close of a day',
};
export const basisText = (basis: DrawdownBasis): string => BASIS_TEXT[basis];

/** How a breach of a limit is confirmed and how it ends, in words. */
export function rulesText(limit: Limit, rules?: ConfirmationRules): string {
  const policy = confirmationOf(limit.measure, rules);
  const soft = measureText(limit.measure, limit.soft, limit.measure === 'correlation' ? 1 : 2);
  const cap = policy.capMs === null ? '' : `, ${policy.capMs / 1_000} s of silence at most`;
  const atOnce = policy.atOnce === null ? '' : `, at ${percentText(policy.atOnce, 0)} of the limit at once`;
  const samples = limit.measure === 'correlation' ? 'closes' : 'samples';
  const confirmed = policy.of === 1 ? '' : ` Confirmed by ${policy.needed} of ${policy.of} ${samples}${cap}${atOnce}.`;
  return `Warns from ${soft}.${confirmed} ${clearsText(limit)}`;
}

/** A fraction as text for the wire, or null. */
export const ratioText = (part: Decimal, whole: Decimal): string | null =>
  whole.isZero() ? null : part.div(whole).toFixed(12);
