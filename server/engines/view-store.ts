import 'server-only';
import { z } from 'zod';
import { authorize, visiblePortfolios } from '../identity/authorize';
import { actorRef, type PersonActor } from '../kernel/actor';
import { readNow } from '../kernel/transaction';
import { listCommands } from './command-store';
import { listEngines, reportOf } from './store';

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
  const [rows, now] = await Promise.all([listEngines(visiblePortfolios(actor)), readNow()]);
  return rows.map((row) => {
    const report = reportOf(row);
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
