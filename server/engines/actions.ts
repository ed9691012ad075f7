import 'server-only';
import { randomBytes } from 'node:crypto';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { seal } from '../identity/secret-box';
import { actorRef, type PersonActor } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { checkTarget, OutboundError, parseOutboundUrl } from '../kernel/outbound';
import { inTransaction, publish, readNow } from '../kernel/transaction';
import { askAfter } from './adapters/standard-webhook';
import { engineUrl, ROTATION_OVERLAP_MS, secretPlace } from './endpoint';
import { endpointOf, portOf } from './endpoint-actions';
import type { EngineReport } from './messages';
import type { EngineRole } from './roles';
import { type EngineRow, findEngine, insertEngine, keepReport, keepSilence, lockEngine, updateEngine } from './store';

const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;

export type NewEngine = { portfolioId: string; name: string; url: string; roles: EngineRole[]; isDrillTarget: boolean };

/**
 * Registers a system of the trading stack. Its secret is returned this once. Nothing but questions is sent to it until a
 * risk officer other than the registrar approves it. Throws INVALID for an address that may not be contacted.
 */
export async function registerEngine(
  actor: PersonActor,
  engine: NewEngine,
): Promise<{ engineId: string; secret: string }> {
  authorize(actor, 'engine.manage', { portfolioId: engine.portfolioId });
  const url = await contactable(engine.url);
  const id = newId();
  const secret = newSecret();
  await inTransaction(async (tx, now) => {
    const made = await insertEngine(tx, {
      ...engine,
      id,
      url,
      adapter: 'standard-webhook',
      secretBox: seal(secret, secretPlace(id)),
      createdBy: actorRef(actor),
      createdByName: actor.name,
      createdAt: now,
    });
    if (!made)
      throw new DomainError(
        'NAME_TAKEN',
        `There is already an engine "${engine.name}" in this portfolio. Choose another name.`,
      );
    recordEvent(tx, {
      type: 'engine.registered',
      actor,
      subject: { kind: 'engine', id },
      portfolioId: engine.portfolioId,
      data: { name: engine.name, url, roles: engine.roles, isDrillTarget: engine.isDrillTarget },
    });
    publish(tx, 'engines');
  });
  return { engineId: id, secret };
}

async function contactable(text: string): Promise<string> {
  const url = parseOutboundUrl(text);
  try {
    const target = await checkTarget(url.hostname, Number(url.port || (url.protocol === 'https:' ? 443 : 80)));
    return engineUrl(text, !target.isPublic);
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
    throw new DomainError(
      'INVALID',
      `${error.message} Correct the address, or have the host's owner set OUTBOUND_ALLOW.`,
    );
  }
}

/** A risk officer's leave to send commands to an engine; never the registrar's own. */
export async function approveEngine(actor: PersonActor, engineId: string): Promise<void> {
  await change(actor, engineId, 'engine.approved', (engine, now) => {
    if (authorize(actor, 'engine.manage', { portfolioId: engine.portfolioId }) !== 'one-of-two') {
      throw new DomainError('FORBIDDEN', 'An engine is approved by a Risk officer.');
    }
    if (engine.createdBy === actorRef(actor)) {
      throw new DomainError('SELF_APPROVAL', 'You registered this engine: another Risk officer must approve it.');
    }
    if (engine.approvedAt)
      throw new DomainError('ALREADY_APPROVED', `${engine.approvedByName} has approved this engine.`);
    return { approvedBy: actorRef(actor), approvedByName: actor.name, approvedAt: now };
  });
}

/** A new secret, returned this once; the old one signs and is accepted beside it for 24 h. */
export async function rotateSecret(
  actor: PersonActor,
  engineId: string,
): Promise<{ secret: string; previousUntil: Date }> {
  const secret = newSecret();
  // Protocol time: signatures are judged by the real clock.
  const previousUntil = new Date(Date.now() + ROTATION_OVERLAP_MS);
  await change(actor, engineId, 'engine.secret-rotated', (engine) => ({
    secretBox: seal(secret, secretPlace(engineId)),
    previousSecretBox: engine.secretBox,
    previousSecretUntil: previousUntil,
  }));
  return { secret, previousUntil };
}

/** Takes an engine out of use: no command and no lease goes to it any more, so it stops taking risk within 30 s. */
export async function disableEngine(actor: PersonActor, engineId: string): Promise<void> {
  await change(actor, engineId, 'engine.disabled', (_engine, now) => ({ disabledAt: now }));
}

/**
 * Forgets what an engine reported and the epochs that came of it: nothing is known of it until its next report, and commands
 * count on from the epoch that this states. For an engine whose reports were wrong; its own memory refuses what is too old.
 */
export async function forgetReports(actor: PersonActor, engineId: string): Promise<void> {
  await change(actor, engineId, 'engine.reports-forgotten', () => ({ epoch: 0, issuedEpoch: 0, lastReport: null }), [
    'epoch',
    'issuedEpoch',
  ]);
}

async function change(
  actor: PersonActor,
  engineId: string,
  event: string,
  decide: (engine: EngineRow, now: Date) => Partial<EngineRow>,
  /** What the event tells of how it was before. */
  told: readonly ('epoch' | 'issuedEpoch')[] = [],
): Promise<void> {
  await inTransaction(async (tx, now) => {
    const engine = await lockEngine(tx, engineId);
    if (!engine) throw notFound('The engine');
    authorize(actor, 'engine.manage', { portfolioId: engine.portfolioId });
    if (engine.disabledAt) throw new DomainError('ENGINE_DISABLED', 'This engine is out of use. Register it anew.');
    await updateEngine(tx, engineId, decide(engine, now));
    recordEvent(tx, {
      type: event,
      actor,
      subject: { kind: 'engine', id: engineId },
      portfolioId: engine.portfolioId,
      data: { name: engine.name, ...Object.fromEntries(told.map((name) => [name, engine[name]])) },
    });
    publish(tx, 'engines');
  });
}

export type EngineTest = { ok: true; tookMs: number; report: EngineReport } | { ok: false; why: string };

/** Asks an engine for its report over the signed protocol; changes nothing there. */
export async function testEngine(actor: PersonActor, engineId: string): Promise<EngineTest> {
  const engine = await findEngine(engineId);
  if (!engine) throw notFound('The engine');
  authorize(actor, 'engine.manage', { portfolioId: engine.portfolioId });
  const question = askAfter('', { ...NOTHING, epoch: engine.epoch });
  const answer = await portOf(engine).send(endpointOf(engine), question, 5_000);
  const at = await readNow();
  if (answer.kind !== 'answered') {
    await keepSilence(engineId, answer.why, at);
    return { ok: false, why: answer.why };
  }
  await keepReport(engineId, { report: answer.reply.report, at, tookMs: answer.tookMs });
  return { ok: true, tookMs: answer.tookMs, report: answer.reply.report };
}

const NOTHING = {
  id: '',
  type: 'query' as const,
  params: {},
  scope: { kind: 'firm' as const, strategies: null },
  issuedAt: '',
  lease: null,
};
