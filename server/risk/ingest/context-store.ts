import 'server-only';
import { and, asc, eq, isNull, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { accounts, calendars, portfolios, strategies, strategyCapital } from '@/db/schema';
import { marginRates } from '../../capital/instrument-store';
import { Decimal } from '../../kernel/decimal';
import type { Tx } from '../../kernel/transaction';
import type { AutomaticPolicy } from '../breaches/automatic-policy';
import { limitSetsOf } from '../limit-sets/limit-store';
import type { EvaluationContext } from '../state';
import { intervalOfAge } from '../unknown';

type Reader = Tx | typeof db;

export type StrategyName = {
  id: string;
  name: string;
  ref: string;
  engineId: string | null;
  ownerId: string;
  createdAt: Date;
};
export type PortfolioName = { id: string; name: string; currency: string; timeZone: string };

/** Everything the evaluation of one portfolio needs besides samples, and the names to speak of it. */
export type LoadedContext = {
  portfolio: PortfolioName;
  evaluation: EvaluationContext;
  /** Account code -> id, of the open ones. */
  accounts: Map<string, string>;
  /** By code, accounts that were closed: nothing is awaited of them, and no row from after it is taken. */
  closedAccounts: ReadonlyMap<string, { id: string; closedAt: Date }>;
  /** Initial margin by instrument, for accounts that do not state theirs. */
  marginRates: ReadonlyMap<string, Decimal>;
  strategies: StrategyName[];
  /** What its limit set sends without waiting for a person. */
  policy: AutomaticPolicy;
};

const isInForce = (c: { effectiveAt: Date; endedAt: Date | null }, at: Date): boolean =>
  c.effectiveAt <= at && !(c.endedAt && c.endedAt <= at);

/** Loads the context of a portfolio, or null when there is none. */
export async function loadContext(portfolioId: string, from: Reader = db): Promise<LoadedContext | null> {
  const [row] = await from
    .select({ portfolio: portfolios, calendar: calendars })
    .from(portfolios)
    .innerJoin(calendars, eq(calendars.id, portfolios.calendarId))
    .where(eq(portfolios.id, portfolioId));
  if (!row) return null;
  const [accountRows, strategyRows, capitalRows, limits, rates] = await Promise.all([
    from.select().from(accounts).where(eq(accounts.portfolioId, portfolioId)).orderBy(asc(accounts.code)),
    from.select().from(strategies).where(eq(strategies.portfolioId, portfolioId)).orderBy(asc(strategies.name)),
    from
      .select()
      .from(strategyCapital)
      .where(eq(strategyCapital.portfolioId, portfolioId))
      .orderBy(asc(strategyCapital.effectiveAt)),
    limitSetsOf(portfolioId, from),
    marginRates(portfolioId, from),
  ]);
  const { portfolio, calendar } = row;
  const open = accountRows.filter(({ closedAt }) => closedAt === null);
  const closed = accountRows.flatMap(({ id, code, closedAt }) => (closedAt ? [[code, { id, closedAt }] as const] : []));
  // Asked for each sample: worked out once.
  const capitals = new Map<string, { effectiveAt: Date; endedAt: Date | null; money: Decimal }[]>();
  for (const { strategyId, capital, scale, effectiveAt, endedAt } of capitalRows) {
    const money = new Decimal(capital).mul(scale);
    capitals.set(strategyId, [...(capitals.get(strategyId) ?? []), { effectiveAt, endedAt, money }]);
  }
  const evaluation: EvaluationContext = {
    portfolioId,
    accounts: open.map((a) => a.id),
    zone: portfolio.timeZone,
    sessionStart: portfolio.sessionStart,
    calendar: { id: calendar.id, zone: calendar.timeZone, weekly: calendar.weekly, exceptions: calendar.exceptions },
    reportingIntervalMs: limits.rules.maxAgeMs ? intervalOfAge(limits.rules.maxAgeMs) : portfolio.snapshotIntervalMs,
    confirmation: limits.rules.confirmation,
    basis: limits.basis,
    sets: limits.sets,
    funded: [...capitals.keys()],
    capitalOf: (strategy, at) => capitals.get(strategy)?.findLast((c) => isInForce(c, at))?.money ?? null,
  };
  return {
    portfolio: {
      id: portfolio.id,
      name: portfolio.name,
      currency: portfolio.baseCurrency,
      timeZone: portfolio.timeZone,
    },
    evaluation,
    accounts: new Map(open.map((a) => [a.code, a.id])),
    closedAccounts: new Map(closed),
    marginRates: rates,
    policy: limits.policy,
    strategies: strategyRows.map((s) => ({
      id: s.id,
      name: s.name,
      ref: s.engineRef,
      engineId: s.engineId,
      ownerId: s.ownerId,
      createdAt: s.createdAt,
    })),
  };
}

/** Ids of all portfolios, for the job that looks at each. */
export async function listPortfolioIds(from: Reader = db): Promise<string[]> {
  const rows = await from.select({ id: portfolios.id }).from(portfolios).orderBy(asc(portfolios.createdAt));
  return rows.map((r) => r.id);
}

/** Money in force for each strategy of a portfolio, as it was fixed at its promotion. */
export async function capitalInForce(portfolioId: string, from: Reader = db) {
  return from
    .select()
    .from(strategyCapital)
    .where(and(eq(strategyCapital.portfolioId, portfolioId), isNull(strategyCapital.endedAt)))
    .orderBy(query`${strategyCapital.effectiveAt} desc`);
}
