import 'server-only';
import { entryAfter, type OrderUpdate } from '../../capital/order-update';
import { Decimal, moneyText, ONE, quantityText } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import type { Tx } from '../../kernel/transaction';
import { deleteEntry, findEntry, insertClosedTrade, registeredUnit, saveEntry } from './order-update-store';

/**
 * The position by its fills: size, since when, average entry price; a trade that came back to flat is kept with its profit.
 * Says whether the fill made it larger, or turned it round.
 */
export async function moveEntry(
  { tx, now, portfolioId }: { tx: Tx; now: Date; portfolioId: string },
  f: {
    strategyId: string;
    instrument: string;
    side: 'buy' | 'sell';
    quantity: Decimal;
    price: Decimal;
    update: OrderUpdate;
  },
): Promise<boolean> {
  const held = await findEntry(tx, f.strategyId, f.instrument);
  const registered = await registeredUnit(portfolioId, f.instrument, tx);
  const unit = registered ? new Decimal(registered.multiplier).mul(registered.fx) : ONE;
  const before = held && {
    quantity: new Decimal(held.quantity),
    averagePrice: new Decimal(held.averagePrice),
    openedAt: held.openedAt,
    realised: new Decimal(held.realised),
  };
  const { entry, closed } = entryAfter(before ?? null, { ...f, fee: f.update.fee, at: f.update.at, unit });
  const place = { portfolioId, strategyId: f.strategyId, instrument: f.instrument };
  if (closed) await insertClosedTrade(tx, { id: newId(), ...place, ...closed, profit: moneyText(closed.profit) });
  if (!entry) {
    await deleteEntry(tx, f.strategyId, f.instrument);
    return false;
  }
  await saveEntry(tx, {
    ...place,
    quantity: quantityText(entry.quantity),
    averagePrice: quantityText(entry.averagePrice),
    openedAt: entry.openedAt,
    updatedAt: now,
    realised: moneyText(entry.realised),
  });
  return !before?.quantity.mul(entry.quantity).gt(0) || entry.quantity.abs().gt(before.quantity.abs());
}

/** True for an order that says what it trades and goes against the position as the fills have it. */
export async function isExit(tx: Tx, strategyId: string, { instrument, side }: OrderUpdate): Promise<boolean> {
  const held = instrument && side ? await findEntry(tx, strategyId, instrument) : null;
  return held ? new Decimal(held.quantity).gt(0) === (side === 'sell') : false;
}
