import 'server-only';
import { visiblePortfolios } from '../identity/authorize';
import { leaveFor } from '../identity/permissions';
import { enabledPeopleWith } from '../identity/store';
import type { PersonActor } from '../kernel/actor';
import { readNow } from '../kernel/transaction';
import { changesBetween, FIELDS, fieldText, valuesOf } from './fields';
import { AGREERS, agreeFault, POLICY_KINDS, type PolicyContent, type PolicyKind, SCHEMAS } from './kinds';
import { readMeans } from './means-store';
import { listVersions, type PolicyRow, policyInForce } from './store';
import type { PoliciesPage, PolicyView } from './view';
import { type PolicyMeans, unmetBy } from './warnings';

/** Every policy with its proposal and history. */
export async function policiesPage(actor: PersonActor): Promise<PoliciesPage> {
  const leave = leaveFor(actor.grants, 'policy.edit', null);
  const [now, means] = [await readNow(), await readMeans(visiblePortfolios(actor))];
  const agreers = new Set((await enabledPeopleWith([...AGREERS], null)).map(({ id }) => id)).size;
  const mayAgree = leave !== null && leave !== 'propose';
  const policies = [];
  for (const kind of POLICY_KINDS) policies.push(await viewOf(kind, { actor, mayAgree, now, means }));
  const editRefusal =
    leave === null
      ? 'Policies are the firm’s: a risk officer, manager or admin of the firm proposes a change.'
      : agreers < 2
        ? `Two enabled people of Risk officer and Manager must agree; the firm has ${agreers}. Add a person or a role first.`
        : null;
  return { policies, editRefusal };
}

type Look = { actor: PersonActor; mayAgree: boolean; now: Date; means: PolicyMeans };

async function viewOf<K extends PolicyKind>(kind: K, look: Look): Promise<PolicyView> {
  const current = await policyInForce(kind, look.now);
  const versions = await listVersions(kind);
  const values = valuesOf(kind, current.content);
  const open = versions.find((row) => !row.effectiveAt && !row.rejectedAt);
  return {
    kind,
    version: current.version,
    since: current.row?.effectiveAt ?? null,
    lines: FIELDS[kind].map((field) => ({
      group: field.group,
      label: field.label,
      text: fieldText(field, values[field.name] ?? ''),
    })),
    warnings: unmetBy(kind, current.content, look.means),
    form: { fields: [...FIELDS[kind]], values },
    proposal: open ? proposalView(kind, open, current.content, look) : null,
    history: versions.map((row) => ({
      version: row.version,
      state: stateOf(row, current.version),
      by: row.rejectedByName ?? ([...row.agreements.map(({ name }) => name)].join(' and ') || row.proposedByName),
      at: row.rejectedAt ?? row.effectiveAt ?? row.createdAt,
      reason: row.rejectReason ?? row.reason,
    })),
  };
}

function proposalView<K extends PolicyKind>(
  kind: K,
  row: PolicyRow,
  current: PolicyContent[K],
  { actor, mayAgree, means }: Look,
): PolicyView['proposal'] {
  const content = SCHEMAS[kind].parse(row.content) as PolicyContent[K];
  return {
    id: row.id,
    version: row.version,
    proposedBy: row.proposedByName,
    proposedAt: row.createdAt,
    reason: row.reason,
    contentHash: row.contentHash,
    changes: changesBetween(kind, current, content),
    warnings: unmetBy(kind, content, means),
    agreed: row.agreements.map(({ name }) => name),
    fault: agreeFault(actor.personId, mayAgree, row),
  };
}

function stateOf(row: PolicyRow, inForce: number): PolicyView['history'][number]['state'] {
  if (row.rejectedAt) return 'rejected';
  if (!row.effectiveAt) return 'proposed';
  return row.version === inForce ? 'in-force' : 'replaced';
}
