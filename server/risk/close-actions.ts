import 'server-only';
import { recordEvent } from '../audit/record';
import { saveInstrumentCloses } from '../capital/instrument-store';
import { Decimal, fractionText, moneyText, quantityText } from '../kernel/decimal';
import type { Tx } from '../kernel/transaction';
import { RISK_JOB } from './breach-batch';
import type { LoadedContext } from './context-store';
import { checkCorrelations } from './correlation-actions';
import type { DayClose } from './evaluator';
import { instrumentClosesOf } from './instrument-closes';
import type { RiskState } from './state';
import { encodeState } from './state-codec';
import { closeBefore, saveCloses } from './state-store';

/** What the close of a day is kept with. */
export type Closing = { loaded: LoadedContext; source: 'live' | 'history'; now: Date; state: RiskState };

/** Keeps each closed day of the portfolio and its strategies, with its simple return, and looks at correlation then. */
export async function keepCloses(tx: Tx, closes: readonly DayClose[], closing: Closing): Promise<void> {
  const { loaded, source } = closing;
  const portfolioId = loaded.portfolio.id;
  const newest = new Map<string, Decimal>();
  for (const [index, close] of closes.entries()) {
    const subjects = [
      { subject: '', equity: close.equity, unitValue: close.curve.unitValue, max: close.maxUnitValue },
      ...Object.entries(close.strategies).map(([subject, s]) => ({
        subject,
        equity: s.equity,
        unitValue: s.unitValue,
        max: s.unitValue,
      })),
    ];
    const rows = [];
    for (const s of subjects) {
      const stored = newest.get(s.subject) ?? (await unitBefore(tx, portfolioId, s.subject, close.day));
      newest.set(s.subject, s.unitValue);
      rows.push({
        portfolioId,
        subject: s.subject,
        day: close.day,
        equity: moneyText(s.equity),
        netFlow: s.subject === '' ? moneyText(close.netFlow) : moneyText(new Decimal(0)),
        unitValue: quantityText(s.unitValue),
        maxUnitValue: quantityText(s.max),
        simpleReturn: stored?.gt(0) ? fractionText(s.unitValue.div(stored).minus(1)) : null,
        // Only the last of a long history is worth its room: late rows of older days begin there.
        checkpoint: s.subject === '' && index >= closes.length - 3 ? encodeState(close.checkpoint) : null,
        source,
        closedAt: close.closedAt,
      });
    }
    await saveCloses(tx, rows);
  }
  await saveInstrumentCloses(tx, portfolioId, instrumentClosesOf(closes), { source: 'snapshot', at: closing.now });
  const last = closes.at(-1);
  if (!last || source === 'history') return;
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

async function unitBefore(tx: Tx, portfolioId: string, subject: string, day: string): Promise<Decimal | null> {
  const row = await closeBefore(tx, portfolioId, subject, day);
  return row?.unitValue ? new Decimal(row.unitValue) : null;
}
