import 'server-only';
import { sql as query } from 'drizzle-orm';
import { db } from '@/db/client';
import type { Actor } from '../../kernel/actor';
import { Decimal } from '../../kernel/decimal';
import { readNow } from '../../kernel/transaction';
import { listEpisodes } from '../breaches/episode-store';
import { markInMoney } from '../equity-curve';
import type { Measure } from '../limit-definition';
import { limitFor, setsInForce } from '../limits';
import { markIn, type RiskState } from '../state';
import type { DayPnlView, SeriesRange, SeriesView } from '../views/view';
import { contextFor, maxAgeAt } from '../views/view-store';
import { limitTitle } from '../views/view-words';
import { decodeState } from './state-codec';
import { findState } from './state-store';

const SPAN_MS: Record<SeriesRange, number | null> = {
  '1d': 86_400_000,
  '1m': 31 * 86_400_000,
  '6m': 183 * 86_400_000,
  all: null,
};
/** As many points as a chart can show: one per pixel of a wide desk. */
const POINTS = 700;

type SampleRow = { at: string; equity: string; unit: string; mark: string };

/** The newest sane sample of each of at most `POINTS` equal spans of time. */
async function samplesSince(portfolioId: string, from: Date | null, until: Date): Promise<SampleRow[]> {
  const [first] = from
    ? [{ at: from.toISOString() }]
    : await db.execute<{ at: string }>(
        query`select min(as_of) as at from snapshots where portfolio_id = ${portfolioId} and portfolio_equity is not null`,
      );
  if (!first?.at) return [];
  const begin = new Date(first.at).getTime() / 1000;
  const width = Math.max(1, (until.getTime() / 1000 - begin) / POINTS);
  return db.execute<SampleRow>(query`
    select distinct on (bucket) as_of as at, portfolio_equity as equity, unit_value as unit, mark_unit_value as mark
    from (
      select as_of, portfolio_equity, unit_value, mark_unit_value, floor((extract(epoch from as_of) - ${begin}::float8) / ${width}::float8) as bucket
      from snapshots
      where portfolio_id = ${portfolioId} and as_of >= ${new Date(begin * 1000).toISOString()}::timestamptz
        and portfolio_equity is not null and not suspect
    ) as samples
    order by bucket, as_of desc`);
}

/** Equity (money) and drawdown of a portfolio over a range, with its floor and the episodes that fell into it. */
export async function seriesView(actor: Actor, portfolioId: string, range: SeriesRange): Promise<SeriesView> {
  const loaded = await contextFor(actor, portfolioId);
  const now = await readNow();
  const span = SPAN_MS[range];
  const from = span === null ? null : new Date(now.getTime() - span);
  const [rows, stored, episodes] = await Promise.all([
    samplesSince(portfolioId, from, now),
    findState(portfolioId),
    listEpisodes(portfolioId, from ?? new Date(0)),
  ]);
  const state = stored ? decodeState<RiskState>(stored.state) : null;
  const limit = limitFor(
    setsInForce(loaded.evaluation.sets, now),
    { measure: 'drawdown', appliesTo: 'portfolio', subject: null },
    now,
  );
  const hard = limit?.hard ?? new Decimal('0.1');
  const points = rows.map((row) => {
    const unit = Number(row.unit);
    const mark = Number(row.mark ?? row.unit);
    const equity = Number(row.equity);
    return {
      at: Math.floor(new Date(row.at).getTime() / 1000),
      equity,
      drawdown: mark > 0 ? Math.max(0, 1 - unit / mark) : 0,
      floor: unit > 0 ? (equity / unit) * mark * (1 - hard.toNumber()) : 0,
    };
  });
  const money = state?.curve ? markInMoney(state.curve, hard, markIn(state) ?? undefined) : null;
  return {
    points: points.filter((p, i) => i === 0 || p.at > (points[i - 1]?.at ?? 0)),
    marks: episodes
      .filter((e) => !from || e.openedAt >= from)
      .map((e) => ({
        at: Math.floor(e.openedAt.getTime() / 1000),
        number: e.number,
        tier: e.tier,
        title: `${e.number} ${limitTitle(e.measure as Measure, e.scope)}`,
      })),
    highWater: money?.highWater.toFixed(2) ?? null,
    trigger: money?.trigger.toFixed(2) ?? null,
    equity: stored?.equity ?? null,
    drawdown: stored?.drawdownFraction ?? null,
    soft: limit?.soft.toFixed() ?? '0.08',
    hard: hard.toFixed(),
    basis: loaded.evaluation.basis,
    currency: loaded.portfolio.currency,
    timeZone: loaded.portfolio.timeZone,
    asOf: stored?.asOf ?? null,
    maxAgeMs: maxAgeAt(stored?.asOf ?? null, loaded),
  };
}

/** Profit and loss of the session day that runs, flow-adjusted, with the money at which the loss limit stands. */
export async function dayPnlView(actor: Actor, portfolioId: string): Promise<DayPnlView> {
  const loaded = await contextFor(actor, portfolioId);
  const [stored, now] = await Promise.all([findState(portfolioId), readNow()]);
  const state = stored ? decodeState<RiskState>(stored.state) : null;
  const day = state?.day ?? null;
  const limit = limitFor(
    setsInForce(loaded.evaluation.sets, now),
    { measure: 'dailyLoss', appliesTo: 'portfolio', subject: null },
    now,
  );
  const base = day ? day.startEquity.minus(day.withdrawals) : null;
  const common = {
    soft: limit?.soft.toFixed() ?? '0.04',
    hard: limit?.hard.toFixed() ?? '0.05',
    currency: loaded.portfolio.currency,
    timeZone: loaded.portfolio.timeZone,
    asOf: stored?.asOf ?? null,
    maxAgeMs: maxAgeAt(stored?.asOf ?? null, loaded),
  };
  if (!day || !state || !base) {
    const none = {
      sessionStart: null,
      sessionEnd: null,
      startEquity: null,
      estimated: false,
      points: [],
      softLoss: null,
      hardLoss: null,
    };
    return { ...none, ...common };
  }
  const flowsBefore = state.cumulativeFlow.minus(day.netFlow);
  const until = new Date(Math.min(day.end.getTime(), Math.max(now.getTime(), day.start.getTime() + 1)));
  const rows = await db.execute<{ at: string; equity: string; flow: string }>(query`
    select distinct on (bucket) as_of as at, portfolio_equity as equity, cumulative_flow as flow
    from (
      select as_of, portfolio_equity, cumulative_flow,
        floor(extract(epoch from as_of - ${day.start.toISOString()}::timestamptz) / ${Math.max(1, (until.getTime() - day.start.getTime()) / 1000 / 500)}::float8) as bucket
      from snapshots
      where portfolio_id = ${portfolioId} and as_of >= ${day.start.toISOString()}::timestamptz and as_of < ${day.end.toISOString()}::timestamptz
        and portfolio_equity is not null and not suspect
    ) as samples
    order by bucket, as_of desc`);
  return {
    ...common,
    sessionStart: day.start,
    sessionEnd: day.end,
    startEquity: day.startEquity.toFixed(2),
    estimated: day.estimated,
    points: rows.map((row) => ({
      at: Math.floor(new Date(row.at).getTime() / 1000),
      pnl: new Decimal(row.equity).minus(day.startEquity).minus(new Decimal(row.flow).minus(flowsBefore)).toNumber(),
    })),
    softLoss: base.mul(common.soft).neg().toFixed(2),
    hardLoss: base.mul(common.hard).neg().toFixed(2),
  };
}
