import 'server-only';
import { timelineOf } from '../audit/timeline';
import { visiblePortfolios } from '../identity/authorize';
import { leaveFor } from '../identity/permissions';
import { type PersonActor, type Role, rolesIn } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { readNow } from '../kernel/transaction';
import { findItem } from './item-store';
import { type ProbeFact, type ProbeRegistry, probeStanding } from './probe';
import { attestedStatement, countingSignatures, itemVerdict, signingAnswer } from './rules';
import { type LoadedItem, loadItems, type Place, placeOf } from './store';
import { TEMPLATE } from './template';
import { templateInForce } from './template-store';
import type { ChecklistPage, ItemView, TemplateView } from './view';
import { waiverApproval, waiverState } from './waiver';

async function visiblePlace(actor: PersonActor, launchId: string): Promise<Place> {
  const place = await placeOf(launchId);
  const visible = visiblePortfolios(actor);
  if (!place || (visible !== null && !visible.includes(place.portfolioId))) throw notFound('The launch');
  return place;
}

/** The checklist of a launch as it is now and for the one who looks. Throws NOT_FOUND. */
export async function checklistPageOf(
  registry: ProbeRegistry,
  actor: PersonActor,
  launchId: string,
): Promise<ChecklistPage> {
  const place = await visiblePlace(actor, launchId);
  const now = await readNow();
  const items = await loadItems(launchId, place.portfolioId);
  const may = (action: Parameters<typeof leaveFor>[1]) => leaveFor(actor.grants, action, place.portfolioId) !== null;
  return {
    launchId,
    number: place.number,
    name: place.strategyName,
    version: place.version,
    portfolioId: place.portfolioId,
    releaseId: place.releaseId,
    isClosed: place.status === 'aborted' || place.status === 'finished',
    templateVersion: place.templateVersion,
    asOf: now,
    items: items.map((item) => itemView(registry, actor, place, item, now)),
    may: {
      attach: may('checklist.attach'),
      sign: may('checklist.sign'),
      edit: may('launch.edit'),
      proposeWaiver: may('waiver.propose'),
      approveWaiver: may('waiver.approve'),
    },
  };
}

function itemView(registry: ProbeRegistry, actor: PersonActor, place: Place, item: LoadedItem, now: Date): ItemView {
  const { row, facts } = item;
  const person = { personId: actor.personId, roles: rolesIn(actor.grants, place.portfolioId) };
  const counting = new Set(countingSignatures(facts).map((one) => one.id));
  const { state, isSatisfied, missing, who, signaturesNeeded } = itemVerdict(facts, now);
  return {
    id: row.id,
    number: row.number,
    section: row.section,
    text: row.text,
    ownerRole: row.ownerRole as Role,
    isCritical: row.isCritical,
    evidenceKinds: row.evidenceKinds,
    dueAt: row.dueAt,
    version: row.version,
    state,
    isSatisfied,
    missing,
    who,
    signaturesNeeded,
    hash: facts.hash,
    statement: attestedStatement(row, `${place.strategyName} ${place.version}`),
    failed: facts.failed,
    evidence: item.attachments
      .filter((one) => one.removedAt === null)
      .map(({ id, kind, body, fileId, backtestId, digest, authorName, authorId, attachedAt }) => ({
        id,
        kind,
        body,
        fileId,
        backtestId,
        digest,
        authorName,
        isYours: authorId === actor.personId,
        attachedAt,
      })),
    signatures: item.attestations
      .map(({ id, personName, role, statement, note, contentHash, factor, signedAt, voidedAt, voidReason }) => ({
        id,
        personName,
        role,
        statement,
        note,
        contentHash,
        factor,
        signedAt,
        voidedAt,
        voidReason,
        counts: counting.has(id),
      }))
      .reverse(),
    waivers: item.waivers.map((one) => {
      const answer = waiverApproval(one, row.isCritical, person, now);
      return {
        id: one.id,
        state: waiverState(one, now),
        reason: one.reason,
        contentHash: one.contentHash,
        proposedByName: one.proposedByName,
        proposedAt: one.proposedAt,
        expiresAt: one.expiresAt,
        exemptProbes: one.exemptProbes,
        approvals: one.approvals.map(({ name, role, at }) => ({ name, role, at })),
        why: one.rejectedWhy ?? one.revokedWhy,
        answer: answer.may ? answer : { may: false as const, why: answer.why },
      };
    }),
    probes: facts.probes.map((fact) => probeView(registry, item, fact, now)),
    signing: signingAnswer(facts, person, now),
  };
}

function probeView(registry: ProbeRegistry, item: LoadedItem, fact: ProbeFact, now: Date): ItemView['probes'][number] {
  const { state, sentence } = probeStanding(fact, now);
  const result = fact.newest && item.probes.find((one) => one.probe === fact.definition.kind);
  return {
    ...fact.definition,
    label: registry.get(fact.definition.kind)?.label ?? fact.definition.kind,
    standing: state,
    sentence,
    checkedAt: fact.newest?.checkedAt ?? null,
    freshUntil: fact.newest?.freshUntil ?? null,
    measurement: result?.measurement ?? null,
  };
}

/** What happened to one item, newest first. Throws NOT_FOUND. */
export async function itemTimeline(actor: PersonActor, itemId: string) {
  const item = await findItem(itemId);
  if (!item) throw notFound('The checklist item');
  await visiblePlace(actor, item.launchId);
  const entries = await timelineOf({ subjectKind: 'checklist-item', subjectId: itemId }, { limit: 60 });
  return entries.map(({ id, type, actorName, occurredAt, recordedAt, data }) => ({
    id,
    type,
    actorName,
    occurredAt,
    recordedAt,
    data,
  }));
}

/** The template that a new launch copies, and whether the one who looks may add to it. */
export async function templateView(actor: PersonActor): Promise<TemplateView> {
  const { version, items } = await templateInForce();
  const leave = leaveFor(actor.grants, 'policy.edit', null);
  return {
    version,
    items: items.map(({ number, section, text, owner, critical }) => ({
      number,
      section,
      text,
      owner,
      critical,
      isOwn: number > TEMPLATE.length,
    })),
    refusal:
      leave === null || leave === 'propose' ? 'A risk officer or manager of the firm adds to the template.' : null,
  };
}
