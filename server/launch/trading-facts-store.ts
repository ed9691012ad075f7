import 'server-only';
import { and, desc, eq, inArray, isNull, ne, or, sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import { breachEpisodes, emergencies, limitSets, limitStates } from '@/db/schema';
import { findOpenAlerts } from '../alerts/store';
import { listCapital } from '../capital/store';
import { capitalMatches } from '../capital/strategy-capital';
import { laxAt } from '../engines/obedience';
import { findEngine, reportOf } from '../engines/store';
import { Decimal } from '../kernel/decimal';
import { durationText } from '../kernel/format';
import { loadContext } from '../risk/ingest/context-store';
import { decodeState } from '../risk/ingest/state-codec';
import { findState } from '../risk/ingest/state-store';
import { reconcile } from '../risk/reconciliation/reconciliation';
import { oldestSample } from '../risk/samples';
import { fullSessionsBetween } from '../risk/session-day';
import type { RiskState } from '../risk/state';
import { freshnessOf } from '../risk/unknown';
import { listOpenLatches } from '../trading-state/store';
import type { GateFacts } from './gate-facts';
import { type Known, known, unknown } from './soak-health';
import type { NamedLaunch, Reader } from './store';

const ageSeconds = (at: Date, now: Date) => Math.max(0, (now.getTime() - at.getTime()) / 1000);

/** Real emergencies that touch this strategy and are not over. */
export async function openEmergencies(named: NamedLaunch, from: Reader = db) {
  const { portfolioId, strategyId } = named.launch;
  return from
    .select({ id: emergencies.id, number: emergencies.number })
    .from(emergencies)
    .where(
      and(
        isNull(emergencies.resumedAt),
        eq(emergencies.isDrill, false),
        or(
          eq(emergencies.scope, 'firm'),
          and(eq(emergencies.scope, 'portfolio'), eq(emergencies.portfolioId, portfolioId)),
          and(eq(emergencies.scope, 'strategy'), eq(emergencies.strategyId, strategyId)),
        ),
      ),
    );
}

/** Hard episodes of the portfolio that stand: open, acknowledged, or accepted until a date that has passed. */
export async function hardBreaches(portfolioId: string, now: Date, from: Reader = db) {
  const rows = await from
    .select()
    .from(breachEpisodes)
    .where(
      and(
        eq(breachEpisodes.portfolioId, portfolioId),
        eq(breachEpisodes.tier, 'hard'),
        inArray(breachEpisodes.state, ['open', 'acknowledged', 'accepted']),
      ),
    )
    .orderBy(desc(breachEpisodes.openedAt));
  return rows.filter((row) => row.state !== 'accepted' || !row.acceptedUntil || row.acceptedUntil <= now);
}

/**
 * Limits that must be known and are not. The win rate only alerts, a strategy without capital has no figures yet, and an
 * unknown correlation counts from 100 % on, where a risk officer may accept it for a time.
 */
export async function unknownLimits(
  named: NamedLaunch,
  target: number | null,
  now: Date,
  from: Reader = db,
): Promise<GateFacts['unknownLimits']> {
  const { portfolioId, strategyId, tranche } = named.launch;
  const rows = await from.select().from(limitStates).where(eq(limitStates.portfolioId, portfolioId));
  if (rows.length === 0) return unknown('no limit of this portfolio has been evaluated yet.');
  const accepted = await from
    .select({ pair: breachEpisodes.subject })
    .from(breachEpisodes)
    .where(
      and(
        eq(breachEpisodes.portfolioId, portfolioId),
        eq(breachEpisodes.measure, 'correlation'),
        eq(breachEpisodes.tier, 'unknown'),
        eq(breachEpisodes.state, 'accepted'),
        query`${breachEpisodes.acceptedUntil} > ${now.toISOString()}::timestamptz`,
      ),
    );
  const counts = (row: (typeof rows)[number]): boolean => {
    if (row.verdict !== 'unknown' || row.measure === 'winRate') return false;
    if (row.measure === 'correlation') return target === 100 && !accepted.some(({ pair }) => pair === row.subject);
    return row.strategyId === null || (row.strategyId === strategyId && tranche > 0);
  };
  return known(rows.filter(counts).map(({ measure, subject, sentence }) => ({ measure, subject, sentence })));
}

/** Age of the portfolio's data, its equity, and how the soak counts sessions and trades. */
export async function dataFacts(named: NamedLaunch, now: Date, from: Reader = db) {
  const { portfolioId, strategyId } = named.launch;
  const [context, state] = [await loadContext(portfolioId, from), await findState(portfolioId, from)];
  if (!context) {
    const none = unknown('the portfolio was not found.');
    return { data: none, equity: none, sessionsSince: () => null, trades: null, instruments: new Set<string>() };
  }
  const { calendar, reportingIntervalMs } = context.evaluation;
  const { accounts } = context.evaluation;
  // The account that lags furthest: one silent account makes the portfolio unknown.
  const asOf = state ? oldestSample(decodeState<RiskState>(state.state).accounts, accounts) : null;
  const freshness = freshnessOf(asOf, now, calendar, reportingIntervalMs);
  const isFresh = freshness.state === 'fresh';
  const age = freshness.state === 'missing' ? null : durationText(freshness.ageMs);
  const data: GateFacts['data'] =
    freshness.state === 'missing'
      ? unknown(state?.asOf ? 'an account has sent no snapshot yet.' : 'no snapshot of this portfolio has come yet.')
      : known({
          isFresh,
          sentence: isFresh
            ? `Data is fresh, ${age} old`
            : `Data is stale: the newest snapshot${accounts.length > 1 ? ' of one account' : ''} is ${age} old, at most ${durationText(freshness.maxAgeMs)} is allowed.`,
        });
  const equity: Known<string> =
    isFresh && state?.equity && !state.suspect
      ? known(state.equity)
      : unknown(isFresh ? 'the newest snapshot is suspect or has no equity.' : 'the data is stale or missing.');
  return {
    data,
    equity,
    sessionsSince: (since: Date) => fullSessionsBetween(calendar, since, now),
    trades: closedTrades(state?.state, strategyId, named.engineRef),
    instruments: heldInstruments(state?.state, strategyId, named.engineRef),
  };
}

/** Closed trades of a strategy as the evaluator holds them, or null where its engine has not stated them. */
function closedTrades(state: unknown, strategyId: string, ref: string): number | null {
  const held = (state as { strategies?: Record<string, { trades?: { closed?: unknown } | null }> } | undefined)
    ?.strategies;
  const closed = (held?.[strategyId] ?? held?.[ref])?.trades?.closed;
  return typeof closed === 'number' ? closed : null;
}

/** Instruments a strategy holds by the newest rows of its accounts. */
function heldInstruments(state: unknown, strategyId: string, ref: string): Set<string> {
  type Held = { accounts?: Record<string, { positions?: { strategy: string; instrument: string }[] }> };
  const positions = Object.values((state as Held | undefined)?.accounts ?? {}).flatMap((one) => one.positions ?? []);
  return new Set(positions.filter((one) => [strategyId, ref].includes(one.strategy)).map((one) => one.instrument));
}

/** What the engine of the strategy said last. */
export async function engineFacts(named: NamedLaunch, now: Date, from: Reader = db): Promise<GateFacts['engine']> {
  const engine = named.engineId ? await findEngine(named.engineId, from) : undefined;
  if (!engine) return unknown('no engine runs this strategy. Choose one on its page.');
  if (engine.disabledAt) return unknown(`${engine.name} is out of use.`);
  if (!engine.approvedAt) return unknown(`${engine.name} awaits the approval of a risk officer.`);
  const report = reportOf(engine);
  const line = report?.strategies.find((one) => one.ref === named.engineRef);
  const silent = `${engine.name} has not reported this strategy (${named.engineRef}).`;
  const held = await listCapital([named.launch.portfolioId], from);
  const fixed = named.launch.tranche > 0 ? held.find((one) => one.strategyId === named.launch.strategyId) : null;
  const intended = fixed && new Decimal(fixed.capital).times(fixed.scale);
  const latches = await listOpenLatches([named.launch.portfolioId], from);
  const { portfolioId, strategyId } = named.launch;
  const whole = { place: '*', scope: { kind: 'portfolio' as const, portfolioId, strategyId: null } };
  const own = { place: named.engineRef, scope: { kind: 'strategy' as const, portfolioId, strategyId } };
  return known({
    id: engine.id,
    name: engine.name,
    lax: laxAt(report, whole, latches) ?? laxAt(report, own, latches),
    heartbeatAgeSeconds: engine.lastHeartbeatAt
      ? known(ageSeconds(engine.lastHeartbeatAt, now))
      : unknown(`${engine.name} has never reported.`),
    // An engine learns of a strategy with its first capital: until then it reports none of its releases.
    digest: line ? known(line.release) : report && named.launch.tranche === 0 ? known(null) : unknown(silent),
    capitalMatches: intended
      ? line
        ? known(capitalMatches(new Decimal(line.capital), intended))
        : unknown(silent)
      : null,
  });
}

/** Open alerts of this launch that are high or critical, acknowledged and silenced ones included; tests are not. */
export async function seriousAlerts(launchId: string, from: Reader = db) {
  const open = await findOpenAlerts({ launchId }, from);
  return open
    .filter((one) => !one.isTest && one.state !== 'pending' && (one.severity === 'high' || one.severity === 'critical'))
    .map(({ id, number, title, severity }) => ({ id, number, title, severity }));
}

/**
 * Whether equity and component P&L agree, by the newest sample and with no alert of it open. Unknown where the data are
 * stale or the strategies stated no P&L; before anything trades there is nothing to reconcile.
 */
export async function reconciliation(
  portfolioId: string,
  data: GateFacts['data'],
  from: Reader = db,
): Promise<Known<boolean>> {
  if (!data.known) return unknown(data.why);
  if (!data.value.isFresh) return unknown('the data is stale.');
  const row = await findState(portfolioId, from);
  const state = row && decodeState<RiskState>(row.state);
  const found = state ? reconcile(state) : { kind: 'unknown' as const };
  if (found.kind === 'unknown') {
    const holds = Object.values(state?.accounts ?? {}).some((one) => one.positions.length > 0);
    const trades = holds || (await listCapital([portfolioId], from)).length > 0;
    return trades ? unknown('the strategies have not stated their P&L in the snapshots.') : known(true);
  }
  if (found.kind === 'differs') return known(false);
  const open = await findOpenAlerts({ portfolioIds: [portfolioId] }, from);
  return known(!open.some((one) => one.subjectKind === 'reconciliation' && one.portfolioId === portfolioId));
}

/** The versions of limits in force for a strategy: of the firm, its portfolio and itself, overrides included. */
export async function limitSetsInForce(named: NamedLaunch, now: Date, from: Reader = db) {
  const { portfolioId, strategyId } = named.launch;
  const at = now.toISOString();
  return from
    .selectDistinctOn([limitSets.scope, limitSets.scopeId], {
      scope: limitSets.scope,
      scopeId: limitSets.scopeId,
      version: limitSets.version,
      contentHash: limitSets.contentHash,
      change: limitSets.change,
      effectiveAt: limitSets.effectiveAt,
    })
    .from(limitSets)
    .where(
      and(
        query`${limitSets.effectiveAt} <= ${at}::timestamptz`,
        query`(${limitSets.expiresAt} is null or ${limitSets.expiresAt} > ${at}::timestamptz)`,
        isNull(limitSets.rejectedAt),
        or(
          eq(limitSets.scope, 'firm'),
          and(eq(limitSets.portfolioId, portfolioId), ne(limitSets.scope, 'strategy')),
          and(eq(limitSets.scope, 'strategy'), eq(limitSets.scopeId, strategyId)),
        ),
      ),
    )
    .orderBy(limitSets.scope, limitSets.scopeId, desc(limitSets.version));
}

/** Hard breaches of a strategy since an instant, for the rule of the second in seven days. */
export const breachesOfStrategy = (strategyId: string, since: Date, from: Reader = db) =>
  from
    .select()
    .from(breachEpisodes)
    .where(
      and(
        eq(breachEpisodes.strategyId, strategyId),
        eq(breachEpisodes.tier, 'hard'),
        query`${breachEpisodes.openedAt} >= ${since.toISOString()}::timestamptz`,
      ),
    );
