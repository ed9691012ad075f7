import 'server-only';
import { Decimal, fractionText, moneyText } from '../kernel/decimal';
import { DomainError } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { readNow, type Tx } from '../kernel/transaction';
import { type Cuts, scaleOf, withCut, withoutCut } from './capital-cuts';
import {
  approvedLeverage,
  type CapitalRow,
  insertCapital,
  listCapital,
  lockCapital,
  lockNewestCapital,
  updateCapital,
} from './store';
import { allocationsFit, strategyCapital, type Tranche } from './strategy-capital';

/**
 * Fixes a strategy's capital in money for a tranche, in the caller's transaction, after the caller's own authorisation.
 *
 * Ends what was in force before; cuts of open episodes stay. Returns the capital to send to the engine. Throws OVER_ALLOCATED when allocations of the
 * portfolio would sum to more than 100 % (or the approved leverage).
 */
export async function fixCapital(
  tx: Tx,
  input: {
    portfolioId: string;
    strategyId: string;
    launchId: string;
    equity: Decimal;
    allocation: Decimal;
    tranche: Tranche;
  },
): Promise<{ id: string; capital: Decimal }> {
  const now = await readNow(tx);
  const newest = await lockNewestCapital(tx, input.strategyId);
  const held = newest?.endedAt === null ? newest : undefined;
  const others = (await listCapital([input.portfolioId], tx)).filter((row) => row.strategyId !== input.strategyId);
  const leverage = await approvedLeverage(input.portfolioId, now, tx);
  const fit = allocationsFit(
    [...others.map((o) => new Decimal(o.allocation)), input.allocation],
    leverage ? new Decimal(leverage) : undefined,
  );
  if (!fit.fits) {
    throw new DomainError(
      'OVER_ALLOCATED',
      `Allocations would sum to ${fit.total.mul(100).toFixed(2)} % of equity; at most ${fit.maximum.mul(100).toFixed(0)} % is allowed. Lower this one, or have leverage approved by a Risk officer and a Manager.`,
    );
  }
  if (held) await updateCapital(tx, held.id, { endedAt: now });
  const capital = strategyCapital(input.equity, input.allocation, input.tranche);
  const id = newId();
  // Cuts stand until they are released, also over an abort and a launch after it.
  const cuts = newest?.cuts ?? {};
  const scale = held ? new Decimal(held.scale) : scaleOf(cuts);
  await insertCapital(tx, {
    id,
    portfolioId: input.portfolioId,
    strategyId: input.strategyId,
    launchId: input.launchId,
    allocation: fractionText(input.allocation),
    tranche: input.tranche,
    equity: moneyText(input.equity),
    capital: moneyText(capital),
    scale: fractionText(scale),
    cuts,
    effectiveAt: now,
  });
  return { id, capital: capital.mul(scale) };
}

/** Ends a strategy's capital: a launch was aborted or rolled back. True when some was in force. */
export async function endCapital(tx: Tx, strategyId: string): Promise<boolean> {
  const held = await lockCapital(tx, strategyId);
  if (!held) return false;
  await updateCapital(tx, held.id, { endedAt: await readNow(tx) });
  return true;
}

/**
 * Scales the capital in force by a factor while a drawdown episode lasts; returns what is left, null without any. `key` says
 * what cuts it: the same cut is made once. What was in force before stays in the record for the time it was.
 */
export async function cutCapital(
  tx: Tx,
  input: { portfolioId: string; strategyId: string; factor: Decimal; key: string },
): Promise<Decimal | null> {
  const held = await lockCapital(tx, input.strategyId);
  if (!held || held.portfolioId !== input.portfolioId) return null;
  const cut = withCut(held, input.key, input.factor);
  return cut ? rescale(tx, held, cut) : inForce(held);
}

/**
 * Undoes one cut, other cuts stay; returns the capital, null where nothing is in force or was cut. A strategy that lost its
 * capital meanwhile is free of this cut when it gets some again.
 */
export async function restoreCapital(
  tx: Tx,
  strategyId: string,
  { key, factor }: { key: string; factor: Decimal },
): Promise<Decimal | null> {
  const newest = await lockNewestCapital(tx, strategyId);
  const cut = newest && withoutCut(newest, key, factor);
  if (!cut) return null;
  if (newest.endedAt === null) return rescale(tx, newest, cut);
  await updateCapital(tx, newest.id, { cuts: cut.cuts });
  return null;
}

const inForce = ({ capital, scale }: { capital: string; scale: string }): Decimal =>
  new Decimal(capital).mul(scale).toDecimalPlaces(2, Decimal.ROUND_DOWN);

/** The same capital under other cuts from now on: a row of its own, so that what samples before it were judged by stands. */
async function rescale(tx: Tx, held: CapitalRow, cut: { scale: string; cuts: Cuts }): Promise<Decimal> {
  const now = await readNow(tx);
  await updateCapital(tx, held.id, { endedAt: now });
  await insertCapital(tx, { ...held, ...cut, id: newId(), effectiveAt: now, endedAt: null });
  return inForce({ ...held, ...cut });
}
