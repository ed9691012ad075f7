import { moneyText } from '../../kernel/decimal';
import { limitKey, type Verdict } from '../limits';
import type { RiskState } from '../state';

/** One verdict as pages and gates read it. */
export function limitRow(verdict: Verdict, portfolioId: string, state: RiskState, now: Date) {
  const { reading, limit, utilisation, headroom, scope, subject } = verdict;
  const held = scope.kind === 'strategy' ? state.strategies[scope.id ?? '']?.equity : state.last?.equity;
  // A fraction of the mark for a drawdown, of the start of day for a loss, else of equity.
  const base = (reading.kind === 'value' && reading.base) || held;
  const inMoney = headroom && base && limit.measure !== 'correlation' && limit.measure !== 'winRate';
  return {
    portfolioId,
    key: limitKey(verdict),
    measure: verdict.measure,
    scope: scope.kind,
    strategyId: scope.kind === 'strategy' ? scope.id : null,
    subject: subject ?? '',
    verdict: verdict.state,
    value: reading.kind === 'value' ? reading.value.toFixed() : null,
    amount: reading.kind === 'value' && reading.amount ? moneyText(reading.amount) : null,
    note: reading.kind === 'unknown' ? reading.reason : (reading.note ?? null),
    soft: limit.soft.toFixed(),
    hard: limit.hard.toFixed(),
    direction: limit.direction,
    utilisation:
      utilisation.kind === 'ratio' ? utilisation.ratio.toFixed(12) : utilisation.kind === 'beyond' ? 'beyond' : null,
    headroom: headroom?.toFixed() ?? null,
    headroomAmount: inMoney ? moneyText(headroom.mul(base)) : null,
    sentence: verdict.sentence,
    asOf: state.last?.at ?? null,
    evaluatedAt: now,
  };
}

/** The verdict of a pair at a close as pages read it; a correlation has no amount in money. */
export const limitRowOfPair = (verdict: Verdict, portfolioId: string, asOf: Date, now: Date) => ({
  portfolioId,
  key: limitKey(verdict),
  measure: verdict.measure,
  scope: verdict.scope.kind,
  strategyId: null,
  subject: verdict.subject ?? '',
  verdict: verdict.state,
  value: verdict.reading.kind === 'value' ? verdict.reading.value.toFixed() : null,
  amount: null,
  note: verdict.reading.kind === 'unknown' ? verdict.reading.reason : (verdict.reading.note ?? null),
  soft: verdict.limit.soft.toFixed(),
  hard: verdict.limit.hard.toFixed(),
  direction: verdict.limit.direction,
  utilisation:
    verdict.utilisation.kind === 'ratio'
      ? verdict.utilisation.ratio.toFixed(12)
      : verdict.utilisation.kind === 'beyond'
        ? 'beyond'
        : null,
  headroom: verdict.headroom?.toFixed() ?? null,
  headroomAmount: null,
  sentence: verdict.sentence,
  asOf,
  evaluatedAt: now,
});
