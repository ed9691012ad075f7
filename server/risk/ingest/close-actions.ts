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
import { saveCloses, unitsBefore } from './state-store';

/** Keeps each closed day of the portfolio and its strategies, with its simple return, and looks at correlation then. */
export async function keepCloses(tx: Tx, closes: readonly DayClose[], closing: Closing): Promise<void> {
  const { loaded, source } = closing;
  const portfolioId = loaded.portfolio.id;
  const first = closes[0];
  if (!first) return;
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
  const last = closes.at(-1) ?? first;
  if (source === 'history') return;
  recordEvent(tx, {
    type: 'risk.day-closed',
    actor: RISK_JOB,
    subject: { kind: 'portfolio', id: portfolioId },
    portfolioId,
    occurredAt: last.closedAt,
    data: { day: last.day, equity: moneyText(last.equity), unitValue: quantityText(last.curve.unitValue) },
  });
  await checkCorrelations(tx, last.day, closing);
}

/** The portfolio itself, as the empty subject, and each of its strategies. */
const subjectsOf = ({ equity, curve, maxUnitValue, strategies }: DayClose) => [
  { subject: '', equity, unitValue: curve.unitValue, max: maxUnitValue },
  ...Object.entries(strategies).map(([subject, s]) => ({ subject, ...s, max: s.maxUnitValue })),
];
