import 'server-only';
import { and, eq, inArray, isNull, or } from 'drizzle-orm';
import type { StripData } from '@/components/shell/strip-data';
import { db } from '@/db/client';
import { alerts, emergencies, engines, launches } from '@/db/schema';
import type { Actor } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { readNow } from '../../kernel/transaction';
import { effectiveState, type Latch, latchesOn } from '../../trading-state/latch';
import { listOpenLatches } from '../../trading-state/store';
import { listOpenEpisodes } from '../breaches/episode-store';
import { markInMoney } from '../equity-curve';
import { capitalInForce } from '../ingest/context-store';
import { decodeState } from '../ingest/state-codec';
import { findState } from '../ingest/state-store';
import { limitFor, setsInForce } from '../limits';
import { markIn, type RiskState } from '../state';
import type { FreshnessView, SummaryView } from './view';
import { contextFor, maxAgeAt, namesOf } from './view-store';
import { ratioText } from './view-words';

const hrefOf = (latch: Latch): string => (latch.cause.kind === 'emergency' ? `/emergency/${latch.cause.id}` : '/risk');
const referenceOf = (latch: Latch): string | null =>
  latch.cause.kind === 'breach' || latch.cause.kind === 'emergency' ? latch.cause.label : null;

/** The state strip of one portfolio: its trading state, what is stricter inside it, the day's P&L and its age. */
export async function stripView(actor: Actor, portfolioId: string): Promise<StripData> {
  const loaded = await contextFor(actor, portfolioId);
  const names = namesOf(loaded);
  const [latches, stored, capital, now, counts, emergency] = await Promise.all([
    listOpenLatches([portfolioId]),
    findState(portfolioId),
    capitalInForce(portfolioId),
    readNow(),
    countsOf(portfolioId),
    openEmergency(portfolioId),
  ]);
  const place = { portfolioId, strategyId: null };
  const state = effectiveState(latches, place);
  const [deciding] = latchesOn(latches, place);
  const trading = [...new Set(capital.map((c) => c.strategyId))];
  const stricter = latches.filter(
    (l) =>
      l.scope.kind === 'strategy' &&
      l.scope.portfolioId === portfolioId &&
      (state === 'ACTIVE' || (state === 'REDUCING' && l.state === 'HALTED')),
  );
  const dayRuns = stored?.sessionEnd !== null && stored?.sessionEnd !== undefined && now < stored.sessionEnd;
  const pnl = dayRuns ? stored.dayPnl : null;
  return {
    state,
    scope: deciding?.scope.kind === 'firm' ? 'The firm' : null,
    why: deciding?.reason ?? null,
    since: deciding?.openedAt ?? null,
    href: deciding ? hrefOf(deciding) : null,
    strategies: {
      total: trading.length,
      takingOrders: trading.filter((strategyId) => effectiveState(latches, { portfolioId, strategyId }) === 'ACTIVE')
        .length,
    },
    exceptions: stricter.map((l) => ({
      key: l.id,
      state: l.state,
      text: names(l.scope.strategyId ?? ''),
      since: l.openedAt,
      href: hrefOf(l),
      reference: referenceOf(l),
    })),
    dayPnl: pnl,
    dayPnlFraction:
      pnl && stored?.sessionStartEquity ? ratioText(new Decimal(pnl), new Decimal(stored.sessionStartEquity)) : null,
    currency: loaded.portfolio.currency,
    asOf: stored?.asOf ?? null,
    maxAgeMs: maxAgeAt(stored?.asOf ?? null, loaded),
    counts,
    emergency,
    now,
  };
}

async function countsOf(portfolioId: string): Promise<StripData['counts']> {
  const inFlight = await db
    .select({ id: launches.id })
    .from(launches)
    .where(and(eq(launches.portfolioId, portfolioId), inArray(launches.status, ['open', 'held', 'live'])));
  const breaches = (await listOpenEpisodes([portfolioId])).filter((e) => e.tier === 'hard' && e.state !== 'accepted');
  const firing = await db
    .select({ id: alerts.id })
    .from(alerts)
    .where(
      and(
        or(eq(alerts.portfolioId, portfolioId), isNull(alerts.portfolioId)),
        isNull(alerts.resolvedAt),
        inArray(alerts.state, ['firing', 'acknowledged']),
      ),
    );
  return { launches: inFlight.length, breaches: breaches.length, alerts: firing.length };
}

async function openEmergency(portfolioId: string): Promise<StripData['emergency']> {
  const [row] = await db
    .select({ id: emergencies.id, number: emergencies.number })
    .from(emergencies)
    .where(
      and(
        isNull(emergencies.resumedAt),
        eq(emergencies.isDrill, false),
        or(eq(emergencies.portfolioId, portfolioId), eq(emergencies.scope, 'firm')),
      ),
    )
    .limit(1);
  return row ? { number: row.number, href: `/emergency/${row.id}` } : null;
}

/** The four figures: equity, the day, the drawdown and cash, each with what it is measured from. */
export async function summaryView(actor: Actor, portfolioId: string): Promise<SummaryView> {
  const loaded = await contextFor(actor, portfolioId);
  const [stored, now] = await Promise.all([findState(portfolioId), readNow()]);
  const state = stored ? decodeState<RiskState>(stored.state) : null;
  const limit = limitFor(
    setsInForce(loaded.evaluation.sets, now),
    { measure: 'drawdown', appliesTo: 'portfolio', subject: null },
    now,
  );
  const mark = state && markIn(state);
  const money = state?.curve && limit && mark ? markInMoney(state.curve, limit.hard, mark) : null;
  const dayRuns = stored?.sessionEnd ? now < stored.sessionEnd : false;
  const pnl = dayRuns ? (stored?.dayPnl ?? null) : null;
  const start = dayRuns ? (stored?.sessionStartEquity ?? null) : null;
  return {
    currency: loaded.portfolio.currency,
    timeZone: loaded.portfolio.timeZone,
    equity: stored?.equity ?? null,
    highWater: stored?.highWater ?? null,
    highWaterAt: stored?.highWaterAt ?? null,
    trigger: money?.trigger.toFixed(2) ?? null,
    dayPnl: pnl,
    dayPnlFraction: pnl && start ? ratioText(new Decimal(pnl), new Decimal(start)) : null,
    startEquity: start,
    startEstimated: stored?.sessionEstimated ?? false,
    drawdown: stored?.drawdownFraction ?? null,
    cash: stored?.cash ?? null,
    cashFraction:
      stored?.cash && stored.equity ? ratioText(new Decimal(stored.cash), new Decimal(stored.equity)) : null,
    asOf: stored?.asOf ?? null,
    maxAgeMs: maxAgeAt(stored?.asOf ?? null, loaded),
    suspect: stored?.suspect ?? false,
    now,
  };
}

const HEARTBEAT_MS = 30_000;

/** How old each source of the portfolio is: every account's snapshots, every engine's heartbeat. */
export async function freshnessView(actor: Actor, portfolioId: string): Promise<FreshnessView> {
  const loaded = await contextFor(actor, portfolioId);
  const [stored, engineRows] = await Promise.all([
    findState(portfolioId),
    db
      .select({ name: engines.name, at: engines.lastHeartbeatAt })
      .from(engines)
      .where(and(eq(engines.portfolioId, portfolioId), isNull(engines.disabledAt), eq(engines.isDrillTarget, false))),
  ]);
  const state = stored ? decodeState<RiskState>(stored.state) : null;
  const accounts = [...loaded.accounts].map(([code, id]) => {
    const held = state?.accounts[id];
    const asOf = held?.asOf ?? null;
    const { currency } = loaded.portfolio;
    const stated = held ? { account: code, equity: held.equity.toFixed(), currency } : null;
    return { name: `Snapshots of ${code}`, asOf, maxAgeMs: maxAgeAt(asOf, loaded), href: '/risk', stated };
  });
  return [
    ...accounts,
    ...engineRows.map((e) => ({
      name: `Engine ${e.name}`,
      asOf: e.at,
      maxAgeMs: HEARTBEAT_MS,
      href: '/settings/engines',
      stated: null,
    })),
  ];
}
