import 'server-only';
import { contentHash } from '../audit/canonical';
import { recordEvent } from '../audit/record';
import { type Actor, actorRef, type Grant, type PersonActor, rolesIn } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { newKey } from './api-key-format';
import { type ApiKey, findEngineOf, insertKey, lockKey, updateKey } from './api-key-store';
import { authorize } from './authorize';
import { type KeyScope, TRADING_SCOPES } from './key-scopes';
import type { Leave } from './permissions';
import { consumeStepUp } from './step-up';
import { grantsOf } from './store';
import { tokenHash } from './tokens';

export const ROTATION_OVERLAP_HOURS = 24;
const LONGEST_LIFE_DAYS = 366;

type KeyWish = {
  name: string;
  scopes: KeyScope[];
  portfolioId: string | null;
  /** Orders asked for with it are those of this engine's strategies; left out or null: of any engine. */
  engineId?: string | null;
  expiresAt: Date;
};

const isTrading = (scopes: string[]) => scopes.some((scope) => TRADING_SCOPES.includes(scope as KeyScope));

function note(tx: Tx, actor: Actor, type: string, key: Pick<ApiKey, 'id' | 'portfolioId'>, data: object = {}): void {
  recordEvent(tx, {
    type,
    actor,
    subject: { kind: 'api-key', id: key.id },
    portfolioId: key.portfolioId,
    data: { ...data },
  });
  publish(tx, 'apiKeys');
}

/** What the maker and the approver of a key sign: what it may do, where, for which engine and until when. */
export const keyHash = ({ engineId, ...wish }: KeyWish): string =>
  contentHash({
    ...wish,
    // Left out where it names none: what was signed before engines could be named stays the same.
    ...(engineId ? { engineId } : {}),
    scopes: [...wish.scopes].sort(),
    expiresAt: wish.expiresAt.toISOString(),
  });

function assertWish(wish: KeyWish, now: Date): void {
  const days = (wish.expiresAt.getTime() - now.getTime()) / 86_400_000;
  if (wish.scopes.length === 0) throw invalid('scopes', 'Choose at least one thing this key may do.');
  if (days <= 0) throw invalid('expiresAt', 'This is in the past. Choose a later day.');
  if (days > LONGEST_LIFE_DAYS) throw invalid('expiresAt', 'A key lives for a year at most. Choose an earlier day.');
}

const invalid = (field: string, words: string) =>
  new DomainError('INVALID', words, { data: { fields: { [field]: [words] } } });

/** The engine a key names is one of the key's portfolio, and works. */
async function assertEngine(tx: Tx, { engineId, portfolioId }: KeyWish): Promise<void> {
  if (!engineId) return;
  const engine = await findEngineOf(engineId, tx);
  if (!engine || engine.portfolioId !== portfolioId)
    throw invalid('engineId', 'This engine is not one of the portfolio. Choose the portfolio first, then its engine.');
  if (engine.disabledAt) throw invalid('engineId', 'This engine is disabled. Choose another.');
}

/** An admin makes a plain key alone; a trading scope, or a maker who is one of two, waits for the second person. */
const waits = (actor: Actor, leave: Leave, scopes: string[]): boolean =>
  actor.kind !== 'job' && (leave !== 'alone' || isTrading(scopes));

async function storeKey(tx: Tx, actor: Actor, wish: KeyWish, now: Date, isApproved: boolean, replaces: ApiKey | null) {
  const { key, prefix } = newKey();
  const id = newId();
  await insertKey(tx, {
    ...wish,
    id,
    prefix,
    secretHash: tokenHash(key),
    createdBy: actorRef(actor),
    createdAt: now,
    replacesId: replaces?.id ?? null,
    approvedBy: isApproved ? (replaces?.approvedBy ?? actorRef(actor)) : null,
    approvedAt: isApproved ? now : null,
  });
  return { id, key, prefix, isApproved };
}

/**
 * Makes a key; its text is in the answer and nowhere else, ever. A key with a trading scope waits for a risk officer who
 * did not make it. A person gives a step-up over `keyHash`; a job (demo, install) does not.
 */
export async function createKey(
  actor: Actor,
  input: KeyWish & { stepUp?: string },
): Promise<{ id: string; key: string; isApproved: boolean }> {
  const leave = authorize(actor, 'key.manage', { portfolioId: input.portfolioId });
  const { stepUp, ...wish } = input;
  assertWish(wish, new Date());
  return inTransaction(async (tx, now) => {
    if (actor.kind !== 'job')
      await consumeStepUp(tx, actor, { token: stepUp, operation: 'key.manage', contentHash: keyHash(wish) });
    await assertEngine(tx, wish);
    const { prefix, ...made } = await storeKey(tx, actor, wish, now, !waits(actor, leave, wish.scopes), null);
    note(
      tx,
      actor,
      'api-key.created',
      { id: made.id, portfolioId: wish.portfolioId },
      {
        name: wish.name,
        prefix,
        scopes: wish.scopes,
        engineId: wish.engineId ?? null,
        expiresAt: wish.expiresAt.toISOString(),
        isApproved: made.isApproved,
      },
    );
    return made;
  });
}

/** The second person lets a waiting key in, never its maker; for a trading scope one of the two is a risk officer. */
export async function approveKey(actor: PersonActor, input: { id: string; stepUp: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const key = await livingKey(tx, input.id);
    authorize(actor, 'key.manage', { portfolioId: key.portfolioId });
    if (key.approvedAt) throw new DomainError('ALREADY_APPROVED', 'This key was approved already.');
    if (key.createdBy === actorRef(actor))
      throw new DomainError('SELF_APPROVAL', 'You made this key. Another person must approve it.');
    const maker = await grantsOf(key.createdBy.replace(/^person:/, ''), tx);
    if (
      isTrading(key.scopes) &&
      !isRiskOfficer(actor.grants, key.portfolioId) &&
      !isRiskOfficer(maker, key.portfolioId)
    )
      throw new DomainError('FORBIDDEN', 'A key with a trading scope takes a risk officer.');
    await consumeStepUp(tx, actor, { token: input.stepUp, operation: 'key.manage', contentHash: storedKeyHash(key) });
    await updateKey(tx, key.id, { approvedBy: actorRef(actor), approvedAt: now });
    note(tx, actor, 'api-key.approved', key, { name: key.name, scopes: key.scopes });
  });
}

const isRiskOfficer = (grants: Grant[], portfolioId: string | null) =>
  rolesIn(grants, portfolioId).includes('risk-officer');

/** `keyHash` of a key as it is stored. */
export const storedKeyHash = (
  key: Pick<ApiKey, 'name' | 'scopes' | 'portfolioId' | 'engineId' | 'expiresAt'>,
): string =>
  keyHash({
    name: key.name,
    scopes: key.scopes as KeyScope[],
    portfolioId: key.portfolioId,
    engineId: key.engineId,
    expiresAt: key.expiresAt,
  });

async function livingKey(tx: Tx, id: string): Promise<ApiKey> {
  const key = await lockKey(tx, id);
  if (!key) throw notFound('That API key');
  if (key.revokedAt) throw new DomainError('KEY_REVOKED', `The API key "${key.name}" was revoked already.`);
  return key;
}

/** A successor with the same rights; the old key works for another day, so that a feeder can change over. */
export async function rotateKey(
  actor: PersonActor,
  input: { id: string; expiresAt: Date; stepUp: string },
): Promise<{ id: string; key: string; oldEndsAt: Date }> {
  assertWish({ name: '', scopes: ['read'], portfolioId: null, expiresAt: input.expiresAt }, new Date());
  return inTransaction(async (tx, now) => {
    const old = await livingKey(tx, input.id);
    authorize(actor, 'key.manage', { portfolioId: old.portfolioId });
    const { name, portfolioId, engineId } = old;
    const wish = { name, portfolioId, engineId, scopes: old.scopes as KeyScope[], expiresAt: input.expiresAt };
    await consumeStepUp(tx, actor, { token: input.stepUp, operation: 'key.manage', contentHash: keyHash(wish) });
    const overlap = new Date(Date.now() + ROTATION_OVERLAP_HOURS * 3_600_000);
    const oldEndsAt = old.expiresAt < overlap ? old.expiresAt : overlap;
    await updateKey(tx, old.id, { expiresAt: oldEndsAt });
    const { id, key, prefix } = await storeKey(tx, actor, wish, now, old.approvedAt !== null, old);
    note(tx, actor, 'api-key.rotated', old, { name, successor: id, prefix, oldEndsAt: oldEndsAt.toISOString() });
    return { id, key, oldEndsAt };
  });
}

/** Ends a key at once. */
export async function revokeKey(actor: PersonActor, input: { id: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const key = await livingKey(tx, input.id);
    authorize(actor, 'key.manage', { portfolioId: key.portfolioId });
    await updateKey(tx, key.id, { revokedAt: now, revokedBy: actorRef(actor) });
    note(tx, actor, 'api-key.revoked', key, { name: key.name });
  });
}
