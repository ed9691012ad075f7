import 'server-only';
import { consumeStepUp } from '../../identity/step-up';
import { enabledPeopleWith } from '../../identity/store';
import type { PersonActor, Role } from '../../kernel/actor';
import { DomainError } from '../../kernel/errors';
import type { Tx } from '../../kernel/transaction';
import { type Holder, type Signature, standing } from './four-eyes';

/** A signature as it is kept beside what was signed. */
export type KeptSignature = Signature & { name: string; at: string; factor: string };

/** What the first of the two is told. */
export const NEEDS_THE_OTHER = 'Signed. A Risk officer and a Manager do this together: the other one is needed.';

/** Who sign for risk together. */
export const APPROVERS: Role[] = ['risk-officer', 'manager'];

/**
 * Adds one person's signature, with a second factor over the exact content, to those that still stand: of people who are
 * enabled and hold their role. In the caller's transaction, after its authorisation; whether they are enough is for the
 * caller, with the `people` they are counted among.
 *
 * Throws SELF_APPROVAL (the same person twice, told as `twice`), STEP_UP_REQUIRED.
 */
export async function addSignature(
  tx: Tx,
  actor: PersonActor,
  now: Date,
  signed: {
    approvals: readonly KeptSignature[];
    role: Role;
    portfolioId: string | null;
    stepUp: Parameters<typeof consumeStepUp>[2];
    twice?: string;
  },
): Promise<{ approvals: KeptSignature[]; people: Holder[]; factor: string }> {
  const people = await enabledPeopleWith(APPROVERS, signed.portfolioId, tx);
  const earlier = standing(signed.approvals, people);
  if (earlier.some((one) => one.personId === actor.personId)) {
    throw new DomainError('SELF_APPROVAL', signed.twice ?? 'You have signed this already. It takes another person.');
  }
  const { factor } = await consumeStepUp(tx, actor, signed.stepUp);
  const { personId, name } = actor;
  return {
    approvals: [...earlier, { personId, name, role: signed.role, at: now.toISOString(), factor }],
    people,
    factor,
  };
}
