import 'server-only';
import { inArray } from 'drizzle-orm';
import { db } from '@/db/client';
import { engines, people } from '@/db/schema';
import { timelineOf } from '@/server/audit/timeline';
import { listCapital } from '../capital/store';
import { loadItems } from '../checklist/store';
import { visiblePortfolios } from '../identity/authorize';
import { leaveFor } from '../identity/permissions';
import type { PersonActor } from '../kernel/actor';
import { Decimal, moneyText } from '../kernel/decimal';
import { notFound } from '../kernel/errors';
import { readNow } from '../kernel/transaction';
import { itemLines, loadGate } from './facts-store';
import { evaluateGate } from './gate';
import { gateView } from './gate-view';
import { PHASE_NAME, type PhaseNumber, stepState } from './phases';
import { phasesOf, stepFact, stepsOf } from './runbook-store';
import { staysOf } from './stay-store';
import { listNamedLaunches, type NamedLaunch, namedLaunch, reviewsOf } from './store';
import { currentGate } from './tranches';
import {
  type LaunchIdentity,
  type LaunchListRow,
  type LaunchPage,
  type PhaseView,
  type TimelineItem,
  trancheViews,
} from './view';

const identityOf = ({ launch, ...named }: NamedLaunch): LaunchIdentity => ({
  id: launch.id,
  number: launch.number,
  name: named.strategyName,
  version: named.release.version,
  portfolioId: launch.portfolioId,
  portfolioName: named.portfolioName,
  currency: named.currency,
  timeZone: named.timeZone,
  strategyId: launch.strategyId,
  releaseId: launch.releaseId,
  ownerId: named.ownerId,
  ownerName: named.ownerName,
  status: launch.status,
  holdReason: launch.holdReason,
  heldAt: launch.heldAt,
  phase: launch.phase,
  tranche: launch.tranche,
  allocation: launch.allocation,
  openedAt: launch.openedAt,
  closedAt: launch.closedAt,
});

export async function phaseViews(launchId: string): Promise<PhaseView[]> {
  return (await phasesOf(launchId)).map((one) => ({
    phase: one.phase as PhaseNumber,
    name: PHASE_NAME[one.phase as PhaseNumber],
    state: one.state,
    startedAt: one.startedAt,
    finishedAt: one.finishedAt,
  }));
}

/** The launch if this person may see its portfolio; throws NOT_FOUND otherwise. */
export async function visibleLaunch(actor: PersonActor, launchId: string): Promise<NamedLaunch> {
  const named = await namedLaunch(launchId);
  const visible = visiblePortfolios(actor);
  if (!named || (visible !== null && !visible.includes(named.launch.portfolioId))) throw notFound('The launch');
  return named;
}

const isClosed = (named: NamedLaunch) => named.launch.status === 'aborted' || named.launch.status === 'finished';

/** Launches this person may see, with where each stands and what blocks it first. */
export async function launchRows(actor: PersonActor): Promise<LaunchListRow[]> {
  const now = await readNow();
  const rows: LaunchListRow[] = [];
  for (const named of await listNamedLaunches(visiblePortfolios(actor))) {
    const gate = isClosed(named) ? null : currentGate(named.launch);
    const loaded = gate && (await loadGate(named, gate, now));
    const verdict = loaded && evaluateGate(loaded.facts);
    const lines = loaded?.facts.items.known
      ? loaded.facts.items.value
      : itemLines(await loadItems(named.launch.id, named.launch.portfolioId), now);
    rows.push({
      ...identityOf(named),
      phases: await phaseViews(named.launch.id),
      tranches: trancheViews(named.launch.tranche, await staysOf(named.launch.id), loaded?.soak ?? null),
      checklist: { satisfied: lines.filter((one) => one.isSatisfied).length, total: lines.length },
      gate: verdict && {
        gate: verdict.gate,
        isOpen: verdict.isOpen,
        blockers: verdict.blockers.length,
        first: verdict.blockers[0]?.sentence ?? null,
      },
    });
  }
  return rows;
}

/** Everything the page of a launch shows, as it is now and for the one who looks. Throws NOT_FOUND. */
export async function launchPageOf(actor: PersonActor, launchId: string): Promise<LaunchPage> {
  const named = await visibleLaunch(actor, launchId);
  const { launch, release } = named;
  const now = await readNow();
  const gate = isClosed(named) ? null : currentGate(launch);
  const loaded = gate && (await loadGate(named, gate, now));
  const items = loaded?.facts.items.known
    ? loaded.facts.items.value
    : itemLines(await loadItems(launch.id, launch.portfolioId), now);
  const stays = await staysOf(launch.id);
  const may = (action: Parameters<typeof leaveFor>[1]) =>
    leaveFor(actor.grants, action, launch.portfolioId, named.ownerId === actor.personId) !== null;
  return {
    ...identityOf(named),
    artefactDigest: release.artefactDigest,
    configDigest: release.configDigest,
    releaseDigest: release.digest,
    releaseNotes: release.notes,
    engine: await engineOf(named),
    capital: await capitalView(named),
    phases: await phaseViews(launch.id),
    tranches: trancheViews(launch.tranche, stays, loaded?.soak ?? null),
    soak: loaded?.soak ? { ...loaded.soak, tranche: launch.tranche, asOf: now } : null,
    gate: loaded && gateView(actor, named, loaded),
    steps: (await stepsOf(launch.id)).map((step) => ({
      id: step.id,
      phase: step.phase as PhaseNumber,
      ordinal: step.ordinal,
      tranche: step.tranche,
      title: step.title,
      command: step.command,
      rollbackCommand: step.rollbackCommand,
      state: stepState(stepFact(step)),
      runs: step.runs.map(({ id, kind, command, exitCode, output, durationMs, recordedAt, recordedByName }) => ({
        id,
        kind,
        command,
        exitCode,
        output,
        durationMs,
        recordedAt,
        recordedByName,
      })),
    })),
    reviews: await reviewViews(actor, named),
    checklist: {
      satisfied: items.filter((one) => one.isSatisfied).length,
      total: items.length,
      failed: items.filter((one) => one.state === 'failed').length,
    },
    may: {
      edit: may('launch.edit'),
      record: may('runbook.record'),
      promote: may('launch.promote'),
      demote: may('launch.demote'),
      release: may('breach.decide'),
      override: may('launch.break-glass'),
    },
  };
}

async function engineOf(named: NamedLaunch) {
  if (!named.engineId) return null;
  const [row] = await db
    .select({ id: engines.id, name: engines.name })
    .from(engines)
    .where(inArray(engines.id, [named.engineId]));
  return row ?? null;
}

async function capitalView(named: NamedLaunch): Promise<LaunchPage['capital']> {
  const held = (await listCapital([named.launch.portfolioId])).find((one) => one.launchId === named.launch.id);
  if (!held) return null;
  const amount = new Decimal(held.capital).times(held.scale);
  const confirmed = held.confirmedCapital && new Decimal(held.confirmedCapital).eq(amount);
  return { amount: moneyText(amount), isConfirmed: Boolean(confirmed), confirmedAt: held.confirmedAt };
}

async function reviewViews(actor: PersonActor, named: NamedLaunch): Promise<LaunchPage['reviews']> {
  const reviews = await reviewsOf(named.launch.id);
  if (reviews.length === 0) return [];
  const names = await db
    .select({ id: people.id, name: people.name })
    .from(people)
    .where(
      inArray(
        people.id,
        reviews.map((one) => one.personId),
      ),
    );
  const may = leaveFor(actor.grants, 'incident.close', named.launch.portfolioId) !== null;
  return reviews.map((one) => ({
    id: one.id,
    gate: one.gate,
    reason: one.reason,
    blockers: one.blockers as string[],
    personName: names.find((row) => row.id === one.personId)?.name ?? 'somebody',
    at: one.at,
    dueAt: one.dueAt,
    closedAt: one.closedAt,
    finding: one.finding,
    mayClose: may && !one.closedAt && one.personId !== actor.personId,
  }));
}

/** What happened to a launch, newest first; sign-offs, approvals, steps and the soak among it. */
export async function launchTimeline(actor: PersonActor, launchId: string): Promise<TimelineItem[]> {
  await visibleLaunch(actor, launchId);
  const entries = await timelineOf({ launchId }, { limit: 150 });
  return entries.map(({ id, type, actorName, occurredAt, recordedAt, data }) => ({
    id,
    type,
    actorName,
    occurredAt,
    recordedAt,
    data,
  }));
}
