import 'server-only';
import type { ProbeRegistry } from '../checklist/probe';
import { checklistPageOf } from '../checklist/view-store';
import type { PersonActor } from '../kernel/actor';
import { rolesIn } from '../kernel/actor';
import { readNow } from '../kernel/transaction';
import { countApprovals, mayApprove } from '../launch/approvals';
import { loadGate } from '../launch/facts-store';
import { evaluateGate } from '../launch/gate';
import { listNamedLaunches, type NamedLaunch } from '../launch/store';
import { currentGate } from '../launch/tranches';
import type { MyActionView } from '../risk/views/view';

const inFlight = ({ launch }: NamedLaunch): boolean => launch.status !== 'aborted' && launch.status !== 'finished';

/** What waits for this person in the launches of a portfolio: gates to approve, items to sign. */
export async function myLaunchActions(
  probes: ProbeRegistry,
  actor: PersonActor,
  portfolioId: string,
): Promise<MyActionView> {
  const now = await readNow();
  const launches = (await listNamedLaunches([portfolioId])).filter(inFlight);
  const lists = await Promise.all(
    launches.map(async (named) => [
      ...(await approvalOf(named, actor, now)),
      ...(await signaturesOf(named, probes, actor)),
    ]),
  );
  return lists.flat();
}

async function approvalOf(named: NamedLaunch, actor: PersonActor, now: Date): Promise<MyActionView> {
  const { launch } = named;
  const gate = currentGate(launch);
  if (!gate) return [];
  const { facts } = await loadGate(named, gate, now);
  if (!facts.people.known) return [];
  // Asked for when it is the last thing missing: before, there is nothing final to sign.
  if (evaluateGate(facts).blockers.some((blocker) => blocker.kind !== 'approvals')) return [];
  const count = countApprovals(facts.rule, facts.approvals, { ...facts, people: facts.people.value });
  const roles = rolesIn(actor.grants, launch.portfolioId);
  const answer = mayApprove(facts.rule, { id: actor.personId, name: actor.name, roles }, facts.excluded, count);
  const signed = count.slots.some((slot) => slot.person?.id === actor.personId);
  const open = answer.may && !signed && count.slots.some((slot) => slot.person === null && slot.role === answer.role);
  if (!open) return [];
  return [
    {
      key: `approval-${launch.id}-${gate}`,
      kind: 'approval',
      severity: null,
      title: `Approve ${gateText(gate)} of ${launch.number}`,
      meta: `${named.strategyName} ${named.release.version}`,
      verb: 'Review',
      href: `/launches/${launch.id}`,
      since: launch.openedAt,
      due: null,
    },
  ];
}

const gateText = (gate: string): string =>
  gate.startsWith('tranche-') ? `tranche ${gate.slice(8)} %` : gate.replace('-', ' ');

async function signaturesOf(named: NamedLaunch, probes: ProbeRegistry, actor: PersonActor): Promise<MyActionView> {
  const { launch } = named;
  const page = await checklistPageOf(probes, actor, launch.id);
  return page.items
    .filter((item) => item.signing.may && !item.isSatisfied && item.evidence.length > 0 && item.state !== 'failed')
    .map((item) => ({
      key: `signature-${item.id}`,
      kind: 'signature' as const,
      severity: null,
      title: `Sign “${item.text}”`,
      meta: `${launch.number}, ${item.signatures.length > 0 ? 'second of two signers' : 'evidence attached'}`,
      verb: 'Sign',
      href: `/launches/${launch.id}/checklist?item=${item.id}`,
      since: launch.openedAt,
      due: item.dueAt,
    }));
}
