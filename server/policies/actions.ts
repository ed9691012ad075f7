import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { consumeStepUp } from '../identity/step-up';
import { enabledPeopleWith } from '../identity/store';
import { actorRef, type PersonActor } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { changesBetween, type PolicyValues, readValues } from './fields';
import { AGREERS, agreeFault, isAgreed, type PolicyKind, proposalHash } from './kinds';
import { readMeans } from './means-store';
import {
  insertProposal,
  listVersions,
  lockProposal,
  openProposal,
  type PolicyRow,
  policyInForce,
  updatePolicy,
} from './store';
import { unmetBy } from './warnings';

/** Policies are the firm's. */
const FIRM = { portfolioId: null };
const TOPICS = ['policies', 'launches', 'alerts', 'overview'];

/**
 * Proposes a new version of a policy. Nobody has agreed by that: it comes into force when two risk officers or managers,
 * the proposer among them or not, have signed it with their second factor. Returns what enabled people or channels cannot meet of it. Throws INVALID with every
 * field at fault, NOTHING_CHANGED, PROPOSAL_OPEN.
 */
export async function proposePolicy(
  actor: PersonActor,
  input: { kind: PolicyKind; values: PolicyValues; reason: string },
): Promise<{ warnings: string[] }> {
  return inTransaction(async (tx, now) => {
    authorize(actor, 'policy.edit', FIRM);
    const { kind } = input;
    const reading = readValues(kind, input.values);
    if ('faults' in reading) {
      throw new DomainError('INVALID', 'Some fields need another look. Nothing was saved.', {
        data: { fields: reading.faults },
      });
    }
    const { content } = reading;
    const current = await policyInForce(kind, now, tx);
    const changes = changesBetween(kind, current.content, content);
    if (changes.length === 0) throw new DomainError('NOTHING_CHANGED', 'This is what holds already.');
    const open = await openProposal(kind, tx);
    if (open) throw alreadyOpen(open.proposedByName);
    const [newest] = await listVersions(kind, tx);
    const row = { id: newId(), kind, version: (newest?.version ?? 0) + 1, content };
    const isIn = await insertProposal(tx, {
      ...row,
      contentHash: proposalHash(row),
      proposedBy: actorRef(actor),
      proposedByName: actor.name,
      reason: input.reason,
      agreements: [],
      createdAt: now,
    });
    if (!isIn) throw alreadyOpen('Somebody');
    const warnings = unmetBy(kind, content, await readMeans(null, tx));
    record(tx, actor, 'policy.proposed', row, { reason: input.reason, changes, unmet: warnings.length });
    return { warnings };
  });
}

const alreadyOpen = (name: string) =>
  new DomainError('PROPOSAL_OPEN', `${name} has proposed a version that waits for a decision. Decide about it first.`);

function record(
  tx: Tx,
  actor: PersonActor,
  type: string,
  row: Pick<PolicyRow, 'id' | 'kind' | 'version'>,
  data: Record<string, unknown>,
): void {
  recordEvent(tx, {
    type,
    actor,
    subject: { kind: 'policy', id: row.kind },
    data: { kind: row.kind, version: row.version, policyId: row.id, ...data },
  });
  for (const topic of TOPICS) publish(tx, topic);
}

async function openRow(tx: Tx, id: string): Promise<PolicyRow> {
  const row = await lockProposal(tx, id);
  if (!row) throw notFound('That version');
  if (row.effectiveAt || row.rejectedAt)
    throw new DomainError('ALREADY_DECIDED', 'This version was decided about already.');
  return row;
}

/** Agrees to a proposed version with a second factor bound to its content; the second person puts it into force. */
export async function agreeToPolicy(
  actor: PersonActor,
  input: { policyId: string; stepUp: string },
): Promise<{ outcome: 'in-force' | 'waiting'; warnings: string[] }> {
  return inTransaction(async (tx, now) => {
    const leave = authorize(actor, 'policy.edit', FIRM);
    const row = await openRow(tx, input.policyId);
    const fault = agreeFault(actor.personId, leave !== 'propose', row);
    if (fault) throw new DomainError(leave === 'propose' ? 'FORBIDDEN' : 'SELF_APPROVAL', fault);
    const { factor } = await consumeStepUp(tx, actor, {
      token: input.stepUp,
      operation: 'policy.edit',
      contentHash: row.contentHash,
    });
    const agreements = [...row.agreements, { personId: actor.personId, name: actor.name, at: now.toISOString() }];
    const standing = new Set((await enabledPeopleWith([...AGREERS], null, tx)).map(({ id }) => id));
    const isIn = isAgreed(agreements, standing);
    await updatePolicy(tx, row.id, { agreements, ...(isIn ? { effectiveAt: now, approvedBy: actorRef(actor) } : {}) });
    const kind = row.kind as PolicyKind;
    const warnings = unmetBy(kind, row.content as never, await readMeans(null, tx));
    const data = { contentHash: row.contentHash, factor, agreements, unmet: warnings.length };
    record(tx, actor, isIn ? 'policy.in-force' : 'policy.agreed', row, data);
    return { outcome: isIn ? ('in-force' as const) : ('waiting' as const), warnings };
  });
}

/** Turns a proposed version down, with a reason; one person is enough, its proposer too. */
export async function rejectPolicy(actor: PersonActor, input: { policyId: string; reason: string }): Promise<void> {
  await inTransaction(async (tx, now) => {
    authorize(actor, 'policy.edit', FIRM);
    const row = await openRow(tx, input.policyId);
    await updatePolicy(tx, row.id, { rejectedAt: now, rejectedByName: actor.name, rejectReason: input.reason });
    record(tx, actor, 'policy.rejected', row, { reason: input.reason });
  });
}
