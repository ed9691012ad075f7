import 'server-only';
import { recordEvent } from '../audit/record';
import { createChecklist } from '../checklist/edit-actions';
import { authorize } from '../identity/authorize';
import type { Actor, PersonActor } from '../kernel/actor';
import { fractionText, parseDecimal } from '../kernel/decimal';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, nextNumber, publish, type Tx } from '../kernel/transaction';
import { releaseById, strategyById } from '../strategies/store';
import { initialPhases } from './phases';
import { defaultRunbook } from './runbook';
import { insertPhases, insertSteps } from './runbook-store';
import {
  allocationsBeside,
  holdPortfolio,
  insertLaunch,
  type LaunchRow,
  lockLaunch,
  type NamedLaunch,
  namedLaunch,
  openLaunchesOf,
  updateLaunch,
} from './store';
import { enterTranche, takeBack } from './tranche-actions';
import { allocationFault, previousTranche } from './tranches';

export const TOPICS = ['launches', 'checklist', 'overview'] as const;
export const publishLaunch = (tx: Tx): void => {
  for (const topic of TOPICS) publish(tx, topic);
};

export const aboutLaunch = (launch: Pick<LaunchRow, 'id' | 'portfolioId'>) => ({
  subject: { kind: 'launch', id: launch.id },
  portfolioId: launch.portfolioId,
  launchId: launch.id,
});

/** The launch, locked, with its names; refuses one that is closed. */
export async function lockNamed(tx: Tx, launchId: string): Promise<NamedLaunch> {
  const launch = await lockLaunch(tx, launchId);
  const named = launch && (await namedLaunch(launchId, tx));
  if (!named) throw notFound('The launch');
  if (named.launch.status === 'aborted' || named.launch.status === 'finished') {
    throw new DomainError(
      'LAUNCH_CLOSED',
      `${named.launch.number} is ${named.launch.status}. Nothing of it moves any more.`,
    );
  }
  return named;
}

const fieldFault = (field: string, message: string) =>
  new DomainError('INVALID', message, { data: { fields: { [field]: [message] } } });

/**
 * Opens a launch of a release: its checklist from the template, its phases and its runbook. `allocation` is the share of
 * portfolio equity at 100 %, a fraction as text; those of a portfolio are summed under its lock and stay within 100 %
 * unless leverage is approved. Throws INVALID with the field at fault.
 */
export async function openLaunch(
  actor: Actor,
  input: { releaseId: string; allocation: string },
): Promise<{ id: string; number: string }> {
  return inTransaction(async (tx, now) => {
    const release = await releaseById(input.releaseId, tx);
    const strategy = release && (await strategyById(release.strategyId, tx));
    if (!release || !strategy) throw fieldFault('releaseId', 'Choose the release that goes live.');
    authorize(actor, 'launch.edit', { portfolioId: strategy.portfolioId, ownerId: strategy.ownerId });
    await holdPortfolio(tx, strategy.portfolioId);
    const [running] = await openLaunchesOf(strategy.id, tx);
    if (running) {
      throw fieldFault('releaseId', `${running.number} of ${strategy.name} is still open. Finish or abort it first.`);
    }
    const allocation = parseDecimal(input.allocation);
    const beside = await allocationsBeside(strategy.portfolioId, strategy.id, now, tx);
    const fault = allocationFault(allocation, beside.others, beside.leverage);
    if (fault || !allocation) throw fieldFault('allocation', fault ?? 'Enter the share of the portfolio.');
    const id = newId();
    const number = await nextNumber(tx, 'launch');
    await insertLaunch(tx, {
      id,
      number,
      portfolioId: strategy.portfolioId,
      strategyId: strategy.id,
      releaseId: release.id,
      allocation: fractionText(allocation),
      status: 'open',
      phase: 1,
      templateVersion: await createChecklist(tx, id, now),
      openedBy: (actor as PersonActor).personId,
      openedAt: now,
    });
    await insertPhases(
      tx,
      initialPhases().map((one) => ({ ...one, launchId: id })),
    );
    await insertSteps(
      tx,
      defaultRunbook(release).map((step, index) => ({ ...step, id: newId(), launchId: id, ordinal: index + 1 })),
    );
    recordEvent(tx, {
      type: 'launch.opened',
      actor,
      ...aboutLaunch({ id, portfolioId: strategy.portfolioId }),
      data: {
        number,
        strategy: strategy.name,
        version: release.version,
        release: release.digest,
        allocation: fractionText(allocation),
      },
    });
    publishLaunch(tx);
    return { id, number };
  });
}

/** Holds a launch: no gate of it opens until somebody releases it. Trading goes on as it is. */
export async function holdLaunch(actor: Actor, input: { launchId: string; reason: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const { launch, ownerId } = await lockNamed(tx, input.launchId);
    authorize(actor, 'launch.demote', { portfolioId: launch.portfolioId, ownerId });
    if (launch.status === 'held')
      throw new DomainError('ALREADY_HELD', `${launch.number} is held already: ${launch.holdReason}`);
    await updateLaunch(tx, launch.id, {
      status: 'held',
      heldAt: now,
      holdReason: input.reason,
      automaticPromotionHeld: true,
    });
    recordEvent(tx, {
      type: 'launch.held',
      actor,
      ...aboutLaunch(launch),
      data: { number: launch.number, reason: input.reason },
    });
    publishLaunch(tx);
  });
}

/** Releases a held launch, with why. A risk officer or manager does it; its gates are evaluated as ever. */
export async function releaseHold(actor: Actor, input: { launchId: string; reason: string }): Promise<void> {
  await inTransaction(async (tx) => {
    const { launch } = await lockNamed(tx, input.launchId);
    authorize(actor, 'breach.decide', { portfolioId: launch.portfolioId });
    if (launch.status !== 'held')
      throw new DomainError('NOT_HELD', `${launch.number} is not held. Nothing was changed.`);
    await updateLaunch(tx, launch.id, { status: launch.tranche > 0 ? 'live' : 'open', heldAt: null, holdReason: null });
    recordEvent(tx, {
      type: 'launch.released',
      actor,
      ...aboutLaunch(launch),
      data: { number: launch.number, reason: input.reason },
    });
    publishLaunch(tx);
  });
}

/** Ends a launch for good: its capital is taken away, its record stays. */
export async function abortLaunch(actor: Actor, input: { launchId: string; reason: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const named = await lockNamed(tx, input.launchId);
    const { launch } = named;
    authorize(actor, 'launch.demote', { portfolioId: launch.portfolioId, ownerId: named.ownerId });
    if (launch.tranche > 0)
      await enterTranche(tx, { named, to: 0, why: `aborted: ${input.reason}`, kind: 'taken-back', actor, now });
    await updateLaunch(tx, launch.id, { status: 'aborted', closedAt: now });
    recordEvent(tx, {
      type: 'launch.aborted',
      actor,
      ...aboutLaunch(launch),
      data: { number: launch.number, reason: input.reason, tranche: launch.tranche },
    });
    publishLaunch(tx);
  });
}

/** Closes the observation of a launch in its last tranche; the strategy goes on trading with its capital. */
export async function finishLaunch(actor: Actor, input: { launchId: string; note: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    const { launch, ownerId } = await lockNamed(tx, input.launchId);
    authorize(actor, 'launch.promote', { portfolioId: launch.portfolioId, ownerId });
    if (launch.tranche !== 100)
      throw new DomainError(
        'NOT_IN_FULL',
        `${launch.number} is at ${launch.tranche} %. It is finished after 100 %, or aborted.`,
      );
    await updateLaunch(tx, launch.id, { status: 'finished', closedAt: now });
    recordEvent(tx, {
      type: 'launch.finished',
      actor,
      ...aboutLaunch(launch),
      data: { number: launch.number, note: input.note },
    });
    publishLaunch(tx);
  });
}

/** A person's note on the timeline of a launch. */
export async function addNote(actor: Actor, input: { launchId: string; text: string }): Promise<void> {
  await inTransaction(async (tx) => {
    const named = await namedLaunch(input.launchId, tx);
    if (!named) throw notFound('The launch');
    authorize(actor, 'launch.edit', { portfolioId: named.launch.portfolioId });
    recordEvent(tx, { type: 'launch.noted', actor, ...aboutLaunch(named.launch), data: { text: input.text } });
    publishLaunch(tx);
  });
}

/** Takes a launch back to the tranche before, or to none; a person's rollback. */
export async function demoteLaunch(
  actor: Actor,
  input: { launchId: string; reason: string },
): Promise<{ message: string }> {
  return inTransaction(async (tx, now) => {
    const named = await lockNamed(tx, input.launchId);
    authorize(actor, 'launch.demote', { portfolioId: named.launch.portfolioId, ownerId: named.ownerId });
    if (named.launch.tranche === 0)
      throw new DomainError('NO_TRANCHE', 'No tranche is in force. There is nothing to roll back.');
    const to = previousTranche(named.launch.tranche);
    await takeBack(tx, { named, to, reason: input.reason, actor, now });
    publishLaunch(tx);
    return { message: `Rolled back to ${to} %. The strategy only reduces until it is inside its capital.` };
  });
}
