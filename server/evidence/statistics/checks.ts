import { Decimal } from '@/server/kernel/decimal';
import { percentText } from '@/server/kernel/format';
import type { ImportWarning } from '../model';
import type { StrategyFacts as Facts } from './facts';
import { EVIDENCE_POLICY } from './policy';
import { coversYears } from './span';

export interface Check {
  id:
    | 'span'
    | 'trades'
    | 'win-rate'
    | 'drawdown'
    | 'daily-loss'
    | 'volatility'
    | 'edge'
    | 'out-of-sample'
    | 'consistency';
  verdict: 'pass' | 'fail' | 'unknown';
  reason: string;
}

/**
 * The product's own rules over a strategy's statistics, each with a reason that names value and limit.
 * Exactly at a limit passes, decided in decimals. What the file cannot tell is `unknown`, never a pass.
 */
export function checksOf(facts: Facts, warnings: ImportWarning[]): Check[] {
  return [
    spanCheck(facts),
    tradesCheck(facts),
    winRateCheck(facts),
    drawdownCheck(facts),
    dailyLossCheck(facts),
    volatilityCheck(facts),
    edgeCheck(facts),
    outOfSampleCheck(facts),
    consistencyCheck(warnings),
  ];
}

function spanCheck({ span }: Facts): Check {
  const years = `${span.years.toFixed(2)} years`;
  return coversYears(span, EVIDENCE_POLICY.spanYears)
    ? pass('span', `${years}, at least ${EVIDENCE_POLICY.spanYears}`)
    : fail('span', `${years}; at least ${EVIDENCE_POLICY.spanYears} are needed`);
}

function tradesCheck({ trades }: Facts): Check {
  if (!trades) return unknown('trades', 'The file has no closed trades, so an edge cannot be measured');
  return trades.count >= EVIDENCE_POLICY.edgeTrades
    ? pass('trades', `${trades.count} closed trades, at least ${EVIDENCE_POLICY.edgeTrades}`)
    : fail(
        'trades',
        `${trades.count} closed trades; ${EVIDENCE_POLICY.edgeTrades} are needed for an edge: sizing will say cannot-size`,
      );
}

function winRateCheck({ trades }: Facts): Check {
  if (!trades || trades.winRate === null) return unknown('win-rate', 'The file has no closed trades');
  if (trades.count < EVIDENCE_POLICY.winRateTrades)
    return unknown('win-rate', `${trades.count} closed trades; ${EVIDENCE_POLICY.winRateTrades} are needed`);
  const reason = `${percentText(trades.winRate)} of ${trades.source}, at least ${percentText(EVIDENCE_POLICY.winRateFraction)}`;
  return trades.winRate >= EVIDENCE_POLICY.winRateFraction ? pass('win-rate', reason) : fail('win-rate', reason);
}

function drawdownCheck({ drawdown, daily }: Facts): Check {
  if (!drawdown) return unknown('drawdown', 'The file has no equity');
  if (drawdown.basis === 'coarser-than-daily')
    return unknown(
      'drawdown',
      `${percentText(drawdown.fraction)} between points more than a day apart; the true drawdown may be larger`,
    );
  const check = ceiling('drawdown', 'Drawdown', drawdown.fraction, EVIDENCE_POLICY.drawdownFraction);
  // One day cannot show that nothing fell; a fall that it does show is one.
  if (check.verdict === 'pass' && daily.n === 0)
    return unknown('drawdown', 'One day of equity; at least two are needed');
  return check;
}

function dailyLossCheck({ daily }: Facts): Check {
  if (daily.worst === null) return unknown('daily-loss', 'The file has no daily returns');
  return ceiling('daily-loss', 'Worst day', Math.max(0, -daily.worst), EVIDENCE_POLICY.dailyLossFraction);
}

function volatilityCheck({ volatility30, daily }: Facts): Check {
  if (volatility30 === null) return unknown('volatility', `${daily.n} daily returns; 30 are needed`);
  return volatility30 > 0
    ? pass('volatility', `${percentText(volatility30)} a day over the last 30 daily returns`)
    : fail('volatility', 'Zero over the last 30 daily returns: the data stand still');
}

function edgeCheck({ trades, kelly }: Facts): Check {
  if (!trades) return unknown('edge', 'The file has no closed trades');
  if (!kelly)
    return unknown(
      'edge',
      trades.losses === 0 ? 'No losing trade: the payoff is unknown' : 'No winning trade: the payoff is unknown',
    );
  return kelly.full > 0
    ? pass('edge', `Full Kelly ${percentText(kelly.full)} of notional`)
    : fail('edge', `No edge: full Kelly is ${percentText(kelly.full)}`);
}

function outOfSampleCheck({ outOfSample }: Facts): Check {
  if (outOfSample.state === 'unknown') return unknown('out-of-sample', outOfSample.reason);
  return outOfSample.state === 'present'
    ? pass('out-of-sample', outOfSample.reason)
    : fail('out-of-sample', outOfSample.reason);
}

function consistencyCheck(warnings: ImportWarning[]): Check {
  const contradictions = warnings.filter((warning) => warning.kind === 'contradiction');
  if (contradictions.length === 0) return pass('consistency', 'What the file states agrees with its own rows');
  const fields = Array.from(new Set(contradictions.flatMap((warning) => warning.fields)));
  return fail('consistency', `The file contradicts itself in ${fields.join(', ')}`);
}

/** Decided at twelve digits, so that the noise of a float division never turns "exactly at" into a breach. */
function ceiling(id: Check['id'], what: string, value: number, limit: number): Check {
  const isOver = new Decimal(value).toSignificantDigits(12).gt(limit);
  return isOver
    ? fail(id, `${what} ${percentText(value)} exceeds ${percentText(limit)}`)
    : pass(id, `${what} ${percentText(value)}, limit ${percentText(limit)}`);
}

const pass = (id: Check['id'], reason: string): Check => ({ id, verdict: 'pass', reason });
const fail = (id: Check['id'], reason: string): Check => ({ id, verdict: 'fail', reason });
const unknown = (id: Check['id'], reason: string): Check => ({ id, verdict: 'unknown', reason });
