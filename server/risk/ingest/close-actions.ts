import 'server-only';
import { recordEvent } from '../../audit/record';
import { saveHeldUnits, saveInstrumentCloses } from '../../capital/instrument-store';
import { actorRef } from '../../kernel/actor';
import { fractionText, moneyText, quantityText } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import { RISK_JOB } from '../breaches/breach-batch';
import { checkCorrelations } from '../correlation/correlation-actions';
import type { DayClose } from '../open-day';
import type { Closing } from './closing';
import { instrumentClosesOf, unitsHeldOf } from './instrument-closes';
import { encodeState } from './state-codec';
import { closedDays, saveCloses, unitsBefore } from './state-store';

/** Keeps each closed day of the portfolio and its strategies, with its simple return, and looks at correlation at each. */
export async function keepCloses(tx: Tx, closes: readonly DayClose[], closing: Closing): Promise<void> {
  const { loaded, source } = closing;
  const portfolioId = loaded.portfolio.id;
  const first = closes[0];
  if (!first) return;
  const days = closes.map(({ day }) => day);
  const known = await closedDays(tx, portfolioId, days);
  const newest = await unitsBefore(tx, portfolioId, first.day);
  const rows = closes.flatMap((close, index) =>
    subjectsOf(close).map(({ subject, equity, unitValue, max }) => {
      const before = newest.get(subject);
      newest.set(subject, unitValue);
      return {
        portfolioId,
        subject,
        day: close.day,
        equity: moneyText(equity),
        netFlow: subject === '' ? moneyText(close.netFlow) : '0',
        unitValue: quantityText(unitValue),
        maxUnitValue: quantityText(max),
        simpleReturn: before?.gt(0) ? fractionText(unitValue.div(before).minus(1)) : null,
        // Only the last of a long history is worth its room: late rows of older days begin there.
        checkpoint: subject === '' && index >= closes.length - 3 ? encodeState(close.checkpoint) : null,
        source,
        closedAt: close.closedAt.toISOString(),
      };
    }),
  );
  await saveCloses(tx, rows);
  await saveInstrumentCloses(tx, portfolioId, instrumentClosesOf(closes), { source: 'snapshot', at: closing.now });
  await saveHeldUnits(tx, portfolioId, unitsHeldOf(closes), { name: actorRef(RISK_JOB), at: closing.now });
  if (source === 'history') return;
  for (const { day, closedAt, equity, curve } of closes.filter((close) => !known.has(close.day))) {
    recordEvent(tx, {
      type: 'risk.day-closed',
      actor: RISK_JOB,
      subject: { kind: 'portfolio', id: portfolioId },
      portfolioId,
      occurredAt: closedAt,
      data: { day, equity: moneyText(equity), unitValue: quantityText(curve.unitValue) },
    });
  }
  const correlated = closes.map(({ day, closedAt, strategies }) => ({
    day,
    closedAt,
    strategies: Object.keys(strategies),
    isKnown: known.has(day),
  }));
  await checkCorrelations(tx, correlated, closing);
}

/** The portfolio itself, as the empty subject, and each of its strategies. */
const subjectsOf = ({ equity, curve, maxUnitValue, strategies }: DayClose) => [
  { subject: '', equity, unitValue: curve.unitValue, max: maxUnitValue },
  ...Object.entries(strategies).map(([subject, s]) => ({ subject, ...s, max: s.maxUnitValue })),
];
