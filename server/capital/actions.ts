import 'server-only';
import { Decimal, fractionText, moneyText } from '../kernel/decimal';
import { DomainError } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { readNow, type Tx } from '../kernel/transaction';
import { approvedLeverage, insertCapital, listCapital, lockCapital, updateCapital } from './store';
import { allocationsFit, strategyCapital, type Tranche } from './strategy-capital';

/**
 * Fixes a strategy's capital in money for a tranche, in the caller's transaction, after the caller's own authorisation.
 *
 * Ends what was in force before. Returns the capital to send to the engine. Throws OVER_ALLOCATED when allocations of the
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
  const held = await lockCapital(tx, input.strategyId);
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
  await insertCapital(tx, {
    id,
    portfolioId: input.portfolioId,
    strategyId: input.strategyId,
    launchId: input.launchId,
    allocation: fractionText(input.allocation),
    tranche: input.tranche,
    equity: moneyText(input.equity),
    capital: moneyText(capital),
    scale: fractionText(new Decimal(held?.scale ?? 1)),
    effectiveAt: now,
  });
  return { id, capital: capital.mul(held?.scale ?? 1) };
}

/** Ends a strategy's capital: a launch was aborted or rolled back. True when some was in force. */
export async function endCapital(tx: Tx, strategyId: string): Promise<boolean> {
  const held = await lockCapital(tx, strategyId);
  if (!held) return false;
  await updateCapital(tx, held.id, { endedAt: await readNow(tx) });
  return true;
}

/** Scales the capital in force by a factor while a drawdown episode lasts; returns what is left, null without any. */
export async function cutCapital(
  tx: Tx,
  input: { portfolioId: string; strategyId: string; factor: Decimal },
): Promise<Decimal | null> {
  const held = await lockCapital(tx, input.strategyId);
  if (!held || held.portfolioId !== input.portfolioId) return null;
  const scale = new Decimal(held.scale).mul(input.factor);
  await updateCapital(tx, held.id, { scale: fractionText(scale) });
  return new Decimal(held.capital).mul(scale).toDecimalPlaces(2, Decimal.ROUND_DOWN);
}

/** Undoes one cut by the factor it was made with, other cuts stay; returns the capital, null when nothing was cut. */
export async function restoreCapital(tx: Tx, strategyId: string, factor: Decimal): Promise<Decimal | null> {
  const held = await lockCapital(tx, strategyId);
  if (!held || new Decimal(held.scale).gte(1)) return null;
  const scale = Decimal.min(1, new Decimal(held.scale).div(factor));
  await updateCapital(tx, held.id, { scale: fractionText(scale) });
  return new Decimal(held.capital).mul(scale).toDecimalPlaces(2, Decimal.ROUND_DOWN);
}
