import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, job } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { log } from '../kernel/log';
import { afterCommit, inTransaction, publish, readNow, type Tx } from '../kernel/transaction';
import { askAfter } from './adapters/standard-webhook';
import {
  type CommandCause,
  type CommandRow,
  claimDue,
  confirmCapital,
  findByKey,
  findCommands,
  insertCommand,
  requeueCommand,
  settleCommand,
  supersedeCapital,
  supersedeCause,
  supersedeState,
} from './command-store';
import { settle } from './delivery';
import { endpointOf, portOf } from './endpoint-actions';
import { isResume, isStop, raisesEpoch } from './epoch';
import { latchBeforeRenewal } from './lease-actions';
import type { CommandParams, CommandScope, CommandType } from './messages';
import type { EngineAnswer, OutgoingCommand } from './port';
import { findEngine, keepReport, keepSilence, lockEngine, updateEngine } from './store';

/** The longest wait for one exchange; the command itself may take longer and is then asked after. */
const REPLY_TIMEOUT_MS = 5_000;
const CLAIM_SECONDS = 20;
export const LEASE_SECONDS = 30;

/** Topics of pages that show what an engine was told or answered. */
const TOPICS = ['engines', 'risk', 'launches', 'overview'];

export type NewCommand = {
  engineId: string;
  type: CommandType;
  scope: CommandScope;
  params?: CommandParams;
  /** What it is for: a breach action, a promotion, a resume. */
  cause: CommandCause;
  /** One command per key, however often it is queued; the engine is given the command's id. */
  idempotencyKey: string;
  actor: Actor;
  /** Only where several commands share one epoch; otherwise stops and resumes begin a new one. */
  epoch?: number;
};

/**
 * Queues a command in the caller's transaction, after the caller's own authorisation; it is sent once that commits.
 * Returns the command's id, the first one's where the key was queued before. A stop or resume begins a new epoch of the
 * engine; a newer capital of a strategy, and a newer trading state of a place, supersede older ones not yet confirmed. Throws
 * NOT_FOUND for no such engine.
 */
export async function queueCommand(tx: Tx, command: NewCommand): Promise<string> {
  const engine = await lockEngine(tx, command.engineId);
  if (!engine) throw notFound('The engine');
  const repeated = await findByKey(tx, command.idempotencyKey);
  if (repeated) return repeated.id;
  const known = Math.max(engine.issuedEpoch, engine.epoch);
  const epoch = command.epoch ?? (raisesEpoch(command.type) ? known + 1 : known);
  if (epoch > engine.issuedEpoch) await updateEngine(tx, engine.id, { issuedEpoch: epoch });
  const id = newId();
  const now = await readNow(tx);
  const params = command.params ?? {};
  await insertCommand(tx, {
    id,
    engineId: engine.id,
    idempotencyKey: command.idempotencyKey,
    type: command.type,
    scope: command.scope,
    params,
    cause: command.cause,
    epoch,
    state: 'pending',
    createdAt: now,
    nextAttemptAt: new Date(),
  });
  if (command.type === 'set_capital') {
    await supersedeCapital(tx, { id, engineId: engine.id, strategy: String(params.strategy) });
  }
  await supersedeState(tx, { id, engineId: engine.id, type: command.type, scope: command.scope });
  recordEvent(tx, {
    type: 'engine.command-queued',
    actor: command.actor,
    subject: { kind: 'engine-command', id },
    portfolioId: engine.portfolioId,
    data: {
      engine: engine.name,
      engineId: engine.id,
      command: command.type,
      epoch,
      scope: command.scope,
      params,
      cause: command.cause,
    },
  });
  for (const topic of TOPICS) publish(tx, topic);
  afterCommit(tx, () => wakeDelivery());
  return id;
}

/**
 * Sends commands that an engine refused, gave up or never answered again under their own ids, in the caller's transaction
 * and after its authorisation: an engine that carried one out answers so. They share a new epoch, because what the engine
 * saw since would refuse the old one, and because two epochs would outdate each other on the way; stops go one below.
 */
export async function sendCommandsAgain(tx: Tx, engineId: string, ids: string[], actor: Actor): Promise<void> {
  const engine = await lockEngine(tx, engineId);
  if (!engine) throw notFound('The engine');
  const found = (await findCommands(ids, tx)).filter((one) => one.engineId === engineId);
  const commands = found.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id));
  const epoch = Math.max(engine.issuedEpoch, engine.epoch) + 1;
  const opening = commands.some(({ type }) => isStop(type)) ? epoch + 1 : epoch;
  for (const { id, type, cause } of commands) {
    const as = { epoch: isStop(type) ? epoch : opening, at: await readNow(tx) };
    if (!(await requeueCommand(tx, id, as))) continue;
    recordEvent(tx, {
      type: 'engine.command-sent-again',
      actor,
      subject: { kind: 'engine-command', id },
      portfolioId: engine.portfolioId,
      data: { engine: engine.name, engineId, command: type, epoch: as.epoch, cause },
    });
  }
  await updateEngine(tx, engineId, { issuedEpoch: opening });
  for (const topic of TOPICS) publish(tx, topic);
  afterCommit(tx, () => wakeDelivery());
}

/** Ends the commands of a cause that no engine confirmed, in the caller's transaction: they are sent no more. */
export async function abandonCommands(tx: Tx, cause: { kind: string; id: string }, actor: Actor): Promise<void> {
  for (const id of await supersedeCause(tx, cause)) {
    recordEvent(tx, {
      type: 'engine.command-abandoned',
      actor,
      subject: { kind: 'engine-command', id },
      data: { cause },
    });
  }
  for (const topic of TOPICS) publish(tx, topic);
}

let running: Promise<unknown> | null = null;
let again = false;

/** Starts a delivery round in this process without waiting for it; a call during a round makes one more follow. */
export function wakeDelivery(): void {
  if (running) {
    again = true;
    return;
  }
  again = false;
  running = deliverCommands()
    .catch((error) => log.error({ err: error }, 'engine commands could not be delivered'))
    .finally(() => {
      running = null;
      if (again) wakeDelivery();
    });
}

/**
 * Sends what is due, engines in parallel, what opens last; each attempt holds a lease and writes only under its fencing
 * token. Returns how many attempts were made and how many commands closed. The worker calls it each second.
 */
export async function deliverCommands(
  options: { limit?: number; engineId?: string } = {},
): Promise<{ attempts: number; closed: number }> {
  const report = { attempts: 0, closed: 0 };
  for (;;) {
    const due = await claimDue({ limit: options.limit ?? 20, leaseSeconds: CLAIM_SECONDS, engineId: options.engineId });
    if (due.length === 0) return report;
    const engines = [...new Set(due.map(({ engineId }) => engineId))];
    const closed = await Promise.all(engines.map((id) => deliverTo(due.filter(({ engineId }) => engineId === id))));
    report.attempts += due.length;
    report.closed += closed.reduce((sum, one) => sum + one, 0);
  }
}

/**
 * Sends what is due to one engine and returns how many closed: everything at once but what opens, which follows in the order
 * of its epochs, one answered after the other, since the engine would refuse an older epoch that a newer one overtook. When
 * an answer fails to come the rest goes at once: it costs no more than a refusal, and the claims do not run out over it.
 */
async function deliverTo(due: CommandRow[]): Promise<number> {
  const opening = due.filter(({ type }) => isResume(type)).sort((a, b) => a.epoch - b.epoch);
  const attempts = await Promise.all(due.filter(({ type }) => !isResume(type)).map(deliver));
  while (opening.length > 0) {
    const isAnswering = attempts.every(({ answered }) => answered);
    attempts.push(...(await Promise.all(opening.splice(0, isAnswering ? 1 : opening.length).map(deliver))));
  }
  return attempts.filter(({ closed }) => closed).length;
}

type Attempt = { answered: boolean; closed: boolean };

async function deliver(command: CommandRow): Promise<Attempt> {
  const engine = await findEngine(command.engineId);
  if (!engine) return { answered: false, closed: false };
  await latchBeforeRenewal(engine);
  const outgoing: OutgoingCommand = {
    id: command.id,
    type: command.type,
    epoch: command.epoch,
    scope: command.scope,
    params: command.params,
    issuedAt: command.createdAt.toISOString(),
    lease: { until: new Date(Date.now() + LEASE_SECONDS * 1000).toISOString() },
  };
  // The first attempt of a lease that ran out may have been executed as well: only `pending` is surely unsent.
  const isAsking =
    command.state !== 'pending' || (command.attempts > 1 && command.answer === null && command.error === null);
  const answer = await portOf(engine).send(
    endpointOf(engine),
    isAsking ? askAfter(command.id, outgoing) : outgoing,
    REPLY_TIMEOUT_MS,
  );
  const closed = await settleAttempt(command, engine.portfolioId, answer);
  return { answered: answer.kind === 'answered', closed };
}

async function settleAttempt(command: CommandRow, portfolioId: string, answer: EngineAnswer): Promise<boolean> {
  const outcome = settle(command, answer, { now: new Date(), jitter: Math.random() });
  return inTransaction(async (tx, now) => {
    authorize(job('engine-commands'), 'engine.manage');
    if (answer.kind === 'answered') {
      await keepReport(command.engineId, { report: answer.reply.report, at: now, tookMs: answer.tookMs }, tx);
    } else await keepSilence(command.engineId, answer.why, now, tx);
    const written = await settleCommand(tx, command, {
      ...outcome,
      ...(answer.kind === 'answered' ? { answer: answer.reply, answeredAt: now } : {}),
    });
    if (!written) return false;
    if (outcome.epoch !== undefined) await updateEngine(tx, command.engineId, { issuedEpoch: outcome.epoch });
    if (outcome.state === 'confirmed') await applyConfirmed(tx, command, now);
    if (outcome.state !== command.state) {
      recordEvent(tx, {
        type: `engine.command-${outcome.state === 'pending' ? 'not-delivered' : outcome.state}`,
        actor: job('engine-commands'),
        subject: { kind: 'engine-command', id: command.id },
        portfolioId,
        data: {
          engineId: command.engineId,
          command: command.type,
          cause: command.cause,
          attempts: command.attempts,
          error: outcome.error,
        },
      });
    }
    for (const topic of TOPICS) publish(tx, topic);
    return outcome.nextInMs === null;
  });
}

async function applyConfirmed(tx: Tx, command: CommandRow, at: Date): Promise<void> {
  if (command.type !== 'set_capital') return;
  const { strategy, capital } = command.params;
  await confirmCapital(tx, { engineId: command.engineId, strategyRef: String(strategy), capital: String(capital), at });
}
