import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, actorRef } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish } from '../kernel/transaction';
import { configurationDigest, type NewRelease, releaseDigest } from './release';
import {
  insertRelease,
  insertStrategy,
  lockStrategy,
  placeExists,
  takenIn,
  updateStrategy,
  versionTaken,
} from './store';
import type { NewStrategy, StrategyChange } from './strategy';

const fieldError = (code: string, message: string, field: string) =>
  new DomainError(code, message, { kind: 'invalid', data: { fields: { [field]: [message] } } });

/** Registers a strategy, owned by who registers it; returns its id. Throws NAME_TAKEN, UNKNOWN_ENGINE, FORBIDDEN. */
export async function registerStrategy(actor: Actor, input: NewStrategy): Promise<string> {
  authorize(actor, 'strategy.edit', { portfolioId: input.portfolioId });
  const ownerId = personOf(actor);
  return inTransaction(async (tx, now) => {
    const place = await placeExists(tx, input.portfolioId, input.engineId);
    if (!place.portfolio) throw notFound('The portfolio');
    if (!place.engine)
      throw fieldError('UNKNOWN_ENGINE', 'This portfolio has no such engine. Choose one of the list.', 'engineId');
    const taken = await takenIn(tx, input.portfolioId, input);
    if (taken.name)
      throw fieldError(
        'NAME_TAKEN',
        `There is a strategy "${input.name}" in this portfolio. Choose another name.`,
        'name',
      );
    if (taken.engineRef)
      throw fieldError(
        'NAME_TAKEN',
        `The engine's id ${input.engineRef} belongs to another strategy of this portfolio.`,
        'engineRef',
      );
    const id = newId();
    await insertStrategy(tx, { id, ...input, ownerId, createdAt: now, createdBy: actorRef(actor) });
    recordEvent(tx, {
      type: 'strategy.registered',
      actor,
      subject: { kind: 'strategy', id },
      portfolioId: input.portfolioId,
      data: {
        name: input.name,
        description: input.description,
        engineId: input.engineId,
        engineRef: input.engineRef,
        ownerId,
      },
    });
    publish(tx, 'strategies');
    return id;
  });
}

/** Changes name, description or engine of a strategy. Throws NOT_FOUND, NAME_TAKEN, UNKNOWN_ENGINE, FORBIDDEN. */
export async function changeStrategy(actor: Actor, input: StrategyChange): Promise<void> {
  await inTransaction(async (tx) => {
    const strategy = await lockStrategy(tx, input.strategyId);
    if (!strategy) throw notFound('The strategy');
    authorize(actor, 'strategy.edit', { portfolioId: strategy.portfolioId, ownerId: strategy.ownerId });
    const place = await placeExists(tx, strategy.portfolioId, input.engineId);
    if (!place.engine)
      throw fieldError('UNKNOWN_ENGINE', 'This portfolio has no such engine. Choose one of the list.', 'engineId');
    const taken = await takenIn(tx, strategy.portfolioId, { name: input.name }, strategy.id);
    if (taken.name)
      throw fieldError(
        'NAME_TAKEN',
        `There is a strategy "${input.name}" in this portfolio. Choose another name.`,
        'name',
      );
    const { name, description, engineId } = input;
    await updateStrategy(tx, strategy.id, { name, description, engineId });
    recordEvent(tx, {
      type: 'strategy.changed',
      actor,
      subject: { kind: 'strategy', id: strategy.id },
      portfolioId: strategy.portfolioId,
      data: {
        before: { name: strategy.name, description: strategy.description, engineId: strategy.engineId },
        after: { name, description, engineId },
      },
    });
    publish(tx, 'strategies');
  });
}

/**
 * Records the immutable identity of a release and returns its id. It can never be changed: a correction is a new version.
 * Throws NOT_FOUND, VERSION_TAKEN, FORBIDDEN.
 */
export async function createRelease(actor: Actor, input: NewRelease): Promise<string> {
  return inTransaction(async (tx, now) => {
    const strategy = await lockStrategy(tx, input.strategyId);
    if (!strategy) throw notFound('The strategy');
    authorize(actor, 'strategy.edit', { portfolioId: strategy.portfolioId, ownerId: strategy.ownerId });
    if (await versionTaken(tx, strategy.id, input.version)) {
      throw fieldError(
        'VERSION_TAKEN',
        `${strategy.name} has a release ${input.version} already. A release never changes: give this one a new version.`,
        'version',
      );
    }
    const configDigest = input.configDigest ?? configurationDigest(input.configuration ?? '');
    const identity = {
      strategyId: strategy.id,
      version: input.version,
      artefactDigest: input.artefactDigest,
      configDigest,
    };
    const id = newId();
    const digest = releaseDigest(identity);
    await insertRelease(tx, {
      id,
      ...identity,
      digest,
      notes: input.notes,
      createdBy: personOf(actor),
      createdAt: now,
    });
    recordEvent(tx, {
      type: 'release.created',
      actor,
      subject: { kind: 'release', id },
      portfolioId: strategy.portfolioId,
      data: { ...identity, digest },
    });
    publish(tx, 'strategies');
    return id;
  });
}

function personOf(actor: Actor): string {
  if (actor.kind === 'person') return actor.personId;
  throw new DomainError('FORBIDDEN', 'A strategy and its releases are registered by a person.');
}
