import 'server-only';
import { z } from 'zod';
import { authorize, visiblePortfolios } from '../identity/authorize';
import { actorRef, type PersonActor } from '../kernel/actor';
import { readNow } from '../kernel/transaction';
import { listOpenLatches } from '../trading-state/store';
import { listCommands } from './command-store';
import { freshReport, laxAt } from './obedience';
import { listEngines, listStrategiesOf, reportOf } from './store';

export const EngineView = z.object({
  id: z.string(),
  name: z.string(),
  portfolioId: z.string(),
  url: z.string(),
  roles: z.array(z.string()),
  isDrillTarget: z.boolean(),
  isDisabled: z.boolean(),
  approvedBy: z.string().nullable(),
  registeredBy: z.string(),
  /** Registered by the one who asks: another must approve. */
  isOwn: z.boolean(),
  lastHeartbeatAt: z.date().nullable(),
  lastAnswerMs: z.number().nullable(),
  lastError: z.string().nullable(),
  rotatingUntil: z.date().nullable(),
  report: z
    .object({
      state: z.string(),
      acceptsOrders: z.boolean(),
      lockedDown: z.boolean(),
      epoch: z.number(),
      buildDigest: z.string(),
      leaseUntil: z.date().nullable(),
      workingOrders: z.number(),
      positions: z.number(),
      strategies: z.array(
        z.object({ ref: z.string(), state: z.string(), capital: z.string(), release: z.string().nullable() }),
      ),
    })
    .nullable(),
  /** Places at which it says that it trades more freely than holds here; those of a report of the last half minute. */
  lax: z.array(z.object({ name: z.string(), says: z.string(), holds: z.string() })),
  now: z.date(),
});
export type EngineView = z.infer<typeof EngineView>;

export const CommandView = z.object({
  id: z.string(),
  engineId: z.string(),
  type: z.string(),
  state: z.string(),
  cause: z.string(),
  epoch: z.number(),
  attempts: z.number(),
  createdAt: z.date(),
  answeredAt: z.date().nullable(),
  error: z.string().nullable(),
});
export type CommandView = z.infer<typeof CommandView>;

/** Engines of the portfolios that a person sees, with what each last said. */
export async function engineList(actor: PersonActor): Promise<EngineView[]> {
  authorize(actor, 'read');
  const [rows, latches, now] = await Promise.all([
    listEngines(visiblePortfolios(actor)),
    listOpenLatches(visiblePortfolios(actor)),
    readNow(),
  ]);
  const strategies = await listStrategiesOf(rows.map(({ id }) => id));
  return rows.map((row) => {
    const report = reportOf(row);
    const { portfolioId } = row;
    const places = [
      { name: 'Everything', place: '*', scope: { kind: 'portfolio' as const, portfolioId, strategyId: null } },
      ...strategies
        .filter(({ engineId }) => engineId === row.id)
        .map(({ id, name, ref }) => ({
          name,
          place: ref,
          scope: { kind: 'strategy' as const, portfolioId, strategyId: id },
        })),
    ];
    const fresh = freshReport(report, row.lastHeartbeatAt, now);
    return {
      id: row.id,
      name: row.name,
      portfolioId: row.portfolioId,
      url: row.url,
      roles: row.roles,
      isDrillTarget: row.isDrillTarget,
      isDisabled: row.disabledAt !== null,
      approvedBy: row.approvedByName,
      registeredBy: row.createdByName,
      isOwn: row.createdBy === actorRef(actor),
      lastHeartbeatAt: row.lastHeartbeatAt,
      lastAnswerMs: row.lastAnswerMs,
      lastError: row.lastError,
      rotatingUntil: row.previousSecretUntil && row.previousSecretUntil > new Date() ? row.previousSecretUntil : null,
      report: report && {
        state: report.state,
        acceptsOrders: report.acceptsOrders,
        lockedDown: report.lockedDown,
        epoch: report.epoch,
        buildDigest: report.buildDigest,
        leaseUntil: report.leaseUntil ? new Date(report.leaseUntil) : null,
        workingOrders: report.workingOrders.length,
        positions: report.positions.length,
        strategies: report.strategies.map(({ ref, state, capital, release }) => ({ ref, state, capital, release })),
      },
      lax: places.flatMap(({ name, ...at }) => {
        const lax = laxAt(fresh, at, latches);
        return lax ? [{ name, ...lax }] : [];
      }),
      now,
    };
  });
}

/** The newest commands to those engines. */
export async function commandList(actor: PersonActor): Promise<CommandView[]> {
  const engines = await listEngines(visiblePortfolios(actor));
  const rows = await listCommands(engines.map(({ id }) => id));
  return rows.map(({ id, engineId, type, state, cause, epoch, attempts, createdAt, answeredAt, error }) => ({
    id,
    engineId,
    type,
    state,
    cause: cause.label ?? cause.kind,
    epoch,
    attempts,
    createdAt,
    answeredAt,
    error,
  }));
}
