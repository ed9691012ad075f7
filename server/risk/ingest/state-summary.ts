import { fractionText, moneyText, ONE, quantityText } from '../../kernel/decimal';
import { silenceDueAt } from '../breaches/episode-drive';
import { drawdownOf, markInMoney } from '../equity-curve';
import { profitSince } from '../measures';
import { markIn, type RiskState } from '../state';
import { encodeState } from './state-codec';

/** The state of a portfolio as it is stored: whole, and beside it what pages read. Since when data are unknown only the watch says. */
export function stateSummary(state: RiskState, suspect: boolean) {
  const { curve, day, last } = state;
  const mark = markIn(state) ?? undefined;
  const drawdown = curve ? drawdownOf(curve, mark) : null;
  return {
    state: encodeState(state),
    asOf: last?.at ?? null,
    equity: last ? moneyText(last.equity) : null,
    cash: last?.cash ? moneyText(last.cash) : null,
    unitValue: curve ? quantityText(curve.unitValue) : null,
    highWater: curve ? moneyText(markInMoney(curve, ONE, mark).highWater) : null,
    // When a day of a trailing window or a close set the mark is not kept.
    highWaterAt: curve && mark?.eq(curve.mark) ? curve.markAt : null,
    drawdownFraction: drawdown?.kind === 'value' ? fractionText(drawdown.value) : null,
    sessionDay: day?.key ?? null,
    sessionStart: day?.start ?? null,
    sessionEnd: day?.end ?? null,
    sessionStartEquity: day ? moneyText(day.startEquity) : null,
    sessionEstimated: day?.estimated ?? false,
    dayPnl: day && last ? moneyText(profitSince(last.equity, day)) : null,
    suspect,
    silenceDueAt: silenceDueAt(state),
  };
}
