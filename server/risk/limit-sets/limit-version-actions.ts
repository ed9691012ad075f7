import 'server-only';
import type { EventInput } from '../../audit/record';
import { actorRef, type PersonActor } from '../../kernel/actor';
import { newId } from '../../kernel/ids';
import { publish, type Tx } from '../../kernel/transaction';
import { limitContent } from './limit-content';
import { insertLimitSet, newestInForce, nextVersion, type StoredLimits } from './limit-store';

export type LimitChangeResult = { id: string; version: number; inForce: boolean; text: string };

/**
 * Keeps a version of a limit set, in force at once where it only tightens; in the caller's transaction, after its
 * authorisation. Returns it with the event that the caller records.
 */
export async function keepVersion(
  tx: Tx,
  actor: PersonActor,
  now: Date,
  row: {
    scope: 'firm' | 'portfolio' | 'strategy' | 'instrument' | 'measure';
    scopeId: string;
    portfolioId: string | null;
    limits: StoredLimits;
    change: 'tighten' | 'loosen' | 'override';
    reason: string;
    expiresAt: Date | null;
  },
): Promise<LimitChangeResult & { event: EventInput }> {
  const version = await nextVersion(tx, row.scope, row.scopeId);
  const baseVersion = await newestInForce(tx, row.scope, row.scopeId);
  const id = newId();
  const inForce = row.change === 'tighten';
  await insertLimitSet(tx, {
    ...row,
    id,
    version,
    baseVersion,
    contentHash: limitContent({ ...row, version }),
    proposedBy: actorRef(actor),
    proposedByName: actor.name,
    proposedAt: now,
    approvals: [],
    effectiveAt: inForce ? now : null,
  });
  const { scope, scopeId, change, limits, reason } = row;
  const event: EventInput = {
    type: inForce ? 'risk.limits-tightened' : 'risk.limits-proposed',
    actor,
    subject: { kind: 'limit-set', id },
    portfolioId: row.portfolioId,
    data: { version, baseVersion, scope, scopeId, change, limits, reason },
  };
  for (const topic of ['risk', 'overview', 'launch']) publish(tx, topic);
  const text = inForce
    ? `Version ${version} is in force.`
    : `Version ${version} waits for two people (Risk officers or Managers). Until then nothing changes.`;
  return { id, version, inForce, text, event };
}
