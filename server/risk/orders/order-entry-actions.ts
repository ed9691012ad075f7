import 'server-only';
import { entryAfter, type OrderUpdate } from '../../capital/order-update';
import { Decimal, moneyText, ONE, quantityText } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import type { Tx } from '../../kernel/transaction';
import { deleteEntry, findEntry, heldBefore, insertClosedTrade, registeredUnit, saveEntry } from './order-update-store';

/**
 * The position by its fills: size, since when, average entry price; a trade that came back to flat is kept with its profit.
 * Says whether the fill made it larger, or turned it round. Of a position from before its fills were told nobody knows the
 * entry: nothing of it is kept until it is flat or turned round, and what shrinks it opens nothing.
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
  const place = { portfolioId, strategyId: f.strategyId, instrument: f.instrument };
  const elder = held ? null : await elderMove({ tx, now }, place, f);
  if (elder && !elder.opened) return elder.adds;
  const quantity = elder?.opened ?? f.quantity;
  const registered = await registeredUnit(portfolioId, f.instrument, tx);
  const unit = registered ? new Decimal(registered.multiplier).mul(registered.fx) : ONE;
  const before = held && {
    quantity: new Decimal(held.quantity),
    averagePrice: new Decimal(held.averagePrice),
    openedAt: held.openedAt,
    realised: new Decimal(held.realised),
  };
  const { entry, closed } = entryAfter(before ?? null, { ...f, quantity, fee: f.update.fee, at: f.update.at, unit });
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

/**
 * What a fill does to a position that its snapshots know and no fill told of: whether it makes it larger or turns it round,
 * and what it opened by that, which is a position told by fills from there. Null where nothing was held.
 */
async function elderMove(
  { tx, now }: { tx: Tx; now: Date },
  place: { portfolioId: string; strategyId: string; instrument: string },
  f: { side: 'buy' | 'sell'; quantity: Decimal; update: OrderUpdate },
): Promise<{ adds: boolean; opened: Decimal | null } | null> {
  const held = new Decimal(await heldBefore(tx, place, earlier(f.update.at, now), f.update.executionId));
  if (held.isZero()) return null;
  const after = held.plus(f.side === 'buy' ? f.quantity : f.quantity.neg());
  const isTurned = held.mul(after).lt(0);
  return { adds: isTurned || after.abs().gt(held.abs()), opened: isTurned ? after.abs() : null };
}

const earlier = (told: Date, now: Date): Date => (told < now ? told : now);

/** True for an order that says what it trades and goes against the position, as the fills have it or else the snapshots. */
export async function isExit(
  { tx, now, portfolioId }: { tx: Tx; now: Date; portfolioId: string },
  strategyId: string,
  { instrument, side, at }: OrderUpdate,
): Promise<boolean> {
  if (!instrument || !side) return false;
  const entry = await findEntry(tx, strategyId, instrument);
  const held =
    entry?.quantity ?? (await heldBefore(tx, { portfolioId, strategyId, instrument }, earlier(at, now), null));
  return side === 'sell' ? new Decimal(held).gt(0) : new Decimal(held).lt(0);
}
