import 'server-only';
import { timelineOf } from '../audit/timeline';
import type { CommandScope } from '../engines/messages';
import { EngineReport } from '../engines/messages';
import { visiblePortfolios } from '../identity/authorize';
import { findIncidentOf, listNotes } from '../incidents/store';
import { type PersonActor, ROLE_LABEL, rolesIn } from '../kernel/actor';
import { parseDecimal } from '../kernel/decimal';
import { notFound } from '../kernel/errors';
import { readNow } from '../kernel/transaction';
import { findDeliveriesOf } from '../notifications/delivery-store';
import { LEVELS } from '../notifications/routing';
import { findChannels } from '../notifications/store';
import { type KnownEngine, type StackFacts, standingRisk } from './facts';
import { closeRefusal, openingOf } from './opening';
import { listOpenings } from './opening-store';
import { commandScopeOf, type EmergencyScope, enginesInScope, isWithin, STEP_KINDS } from './plan';
import { RESUME_CHECKLIST, resumeVerdict, standingOf } from './resume';
import { resumeHash, standingsFor } from './resume-actions';
import { readStack } from './snapshot-store';
import { type EmergencyRow, findEmergency, listEmergencies, listOpenEmergencies, listSteps, scopeOf } from './store';
import { timelineTitle } from './timeline-words';
import type { Counts, EmergencyForm, EmergencySummary, EmergencyView, ScopeChoice, TimelineItem } from './view';

const scopeName = (row: EmergencyRow): string => (row.atStart as { scopeName?: string }).scopeName ?? row.scope;

/** NOT_FOUND for who may not see its portfolio, as if it were not there. */
async function seen(actor: PersonActor, id: string): Promise<EmergencyRow> {
  const row = await findEmergency(id);
  const visible = visiblePortfolios(actor);
  const sees = row && (visible === null || row.portfolioId === null || visible.includes(row.portfolioId));
  if (!row || !sees) throw notFound('The emergency');
  return row;
}

function countsOf(engines: readonly KnownEngine[], scope: CommandScope): Counts {
  const standing = standingRisk(engines, scope);
  const times = engines.flatMap(({ report }) => (report ? [new Date(report.asOf).getTime()] : []));
  return {
    workingOrders: standing.workingOrders,
    protectiveStops: standing.protectiveStops,
    positions: standing.positions.filter(({ quantity }) => !(parseDecimal(quantity)?.isZero() ?? false)).length,
    exposure: standing.exposure,
    unknownEngines: standing.unknownEngines,
    asOf: times.length ? new Date(Math.min(...times)) : null,
  };
}

function choice(
  scope: EmergencyScope,
  name: string,
  ownerId: string | null,
  stack: StackFacts,
  open: EmergencyRow[],
): ScopeChoice {
  const real = enginesInScope(scope, stack.engines, stack.strategies, false);
  const known = stack.engines.filter(({ id }) => real.some((engine) => engine.id === id));
  const covering = open.find((row) => !row.isDrill && isWithin(scope, scopeOf(row)));
  return {
    kind: scope.kind,
    portfolioId: scope.portfolioId,
    strategyId: scope.strategyId,
    name,
    ownerId,
    counts: countsOf(known, commandScopeOf(scope, stack.strategies)),
    steps: STEP_KINDS.map(({ ordinal, action, title, timeoutMs, onlyCritical, roles }) => ({
      ordinal,
      action,
      title,
      timeoutMs,
      onlyCritical,
      systems: real.filter((engine) => roles.some((role) => engine.roles.includes(role))).map((engine) => engine.name),
    })),
    drillTargets: enginesInScope(scope, stack.engines, stack.strategies, true).map((engine) => engine.name),
    open: covering ? { id: covering.id, number: covering.number, severity: covering.severity } : null,
  };
}

/** What can be stopped from a portfolio's page: its strategies, itself, the firm; with what stands there now. */
export async function emergencyForm(actor: PersonActor, portfolioId: string): Promise<EmergencyForm> {
  const visible = visiblePortfolios(actor);
  if (visible !== null && !visible.includes(portfolioId)) throw notFound('The portfolio');
  const { sealed: _, ...stack } = await readStack();
  const open = await listOpenEmergencies(visible);
  const portfolio = stack.portfolios.find(({ id }) => id === portfolioId);
  const strategies = stack.strategies.filter((strategy) => strategy.portfolioId === portfolioId);
  const channels = (await findChannels()).filter(
    (channel) => channel.enabled && (channel.portfolioId === null || channel.portfolioId === portfolioId),
  );
  return {
    scopes: [
      ...strategies.map((strategy) =>
        choice(
          { kind: 'strategy', portfolioId, strategyId: strategy.id },
          strategy.name,
          strategy.ownerId,
          stack,
          open,
        ),
      ),
      choice({ kind: 'portfolio', portfolioId, strategyId: null }, portfolio?.name ?? 'Portfolio', null, stack, open),
      ...(visible === null
        ? [choice({ kind: 'firm', portfolioId: null, strategyId: null }, 'Firm', null, stack, open)]
        : []),
    ],
    told: LEVELS.map((level, index) => ({
      level,
      channels: channels.filter((channel) => channel.level === index).map((channel) => channel.name),
    })),
    now: await readNow(),
  };
}

const summaryOf = (row: EmergencyRow): EmergencySummary => ({
  id: row.id,
  number: row.number,
  scopeName: scopeName(row),
  severity: row.severity,
  state: row.state,
  isDrill: row.isDrill,
  reason: row.reason,
  startedBy: row.startedByName,
  startedAt: row.startedAt,
  finishedAt: row.finishedAt,
  resumedAt: row.resumedAt,
});

export const emergencyList = async (actor: PersonActor): Promise<EmergencySummary[]> =>
  (await listEmergencies(visiblePortfolios(actor))).map(summaryOf);

export async function emergencyView(actor: PersonActor, id: string): Promise<EmergencyView> {
  const row = await seen(actor, id);
  const steps = await listSteps(row.id);
  const engineIds = new Set(steps.map((step) => step.engineId));
  const { engines } = await readStack();
  const concerned = engines.filter((engine) => engineIds.has(engine.id));
  const start = row.atStart as { workingOrders?: number; positions?: StartPosition[]; commandScope: CommandScope };
  const [real, now] = [Date.now(), await readNow()];
  const incident = await findIncidentOf(row.id);
  const superseding = row.supersededBy ? await findEmergency(row.supersededBy) : undefined;
  const deliveries = await findDeliveriesOf({ kind: 'emergency', id: row.id });
  return {
    ...summaryOf(row),
    portfolioId: row.portfolioId,
    keepReduceOnlyStops: row.keepReduceOnlyStops,
    supersededBy: superseding ? { id: superseding.id, number: superseding.number } : null,
    incident: incident ? { id: incident.id, number: incident.number, state: incident.state } : null,
    atStart: { workingOrders: start.workingOrders ?? 0, positions: start.positions?.length ?? 0 },
    current: { ...countsOf(concerned, start.commandScope), left: positionsLeft(concerned, start) },
    engines: [...new Map(steps.map((step) => [step.engineId, { id: step.engineId, name: step.engineName }])).values()],
    steps: steps.map((step) => ({
      ...step,
      leftMs: step.deadlineAt ? Math.max(0, step.deadlineAt.getTime() - real) : null,
      nextInMs: step.nextAttemptAt ? Math.max(0, step.nextAttemptAt.getTime() - real) : null,
    })),
    told: deliveries.map((delivery) => ({
      id: delivery.id,
      channel: delivery.channelName,
      kind: delivery.channelKind,
      occasion: (delivery.message as { title?: string }).title ?? '',
      state: delivery.readAt ? 'read' : delivery.state,
      at: delivery.deliveredAt ?? delivery.queuedAt,
      error: delivery.lastError,
    })),
    opening: await openingView(row, now),
    resume: await resumeView(actor, row),
    now,
  };
}

type StartPosition = { engineId: string; strategy: string; instrument: string; quantity: string };

function positionsLeft(
  engines: readonly KnownEngine[],
  start: { positions?: StartPosition[]; commandScope: CommandScope },
): EmergencyView['current']['left'] {
  const inScope = (ref: string) => start.commandScope.strategies?.includes(ref) ?? true;
  return engines.flatMap(({ id, name, report }) => {
    const parsed = EngineReport.safeParse(report);
    if (!parsed.success) return [];
    return parsed.data.positions
      .filter((p) => inScope(p.strategy) && !(parseDecimal(p.quantity)?.isZero() ?? false))
      .map((p) => {
        const same = (other: { strategy: string; instrument: string }) =>
          other.strategy === p.strategy && other.instrument === p.instrument;
        const closing = parsed.data.workingOrders.find(
          (order) => same(order) && order.isReduceOnly && order.type === 'market',
        );
        return {
          engine: name,
          strategy: p.strategy,
          instrument: p.instrument,
          atStart: start.positions?.find((held) => held.engineId === id && same(held))?.quantity ?? null,
          quantity: p.quantity,
          value: p.value,
          closing: closing
            ? { filled: closing.filled, quantity: closing.quantity, since: new Date(closing.placedAt) }
            : null,
        };
      });
  });
}

async function openingView(row: EmergencyRow, now: Date): Promise<EmergencyView['opening']> {
  const isOver = row.resumedAt === null || row.supersededBy !== null;
  const openings = isOver ? [] : (await listOpenings(row.id)).map((one) => openingOf(one, now));
  return {
    lines: openings.map(({ id, engineId, engineName, standing, sentence, attempts }) => ({
      commandId: id,
      engineId,
      engineName,
      standing,
      sentence,
      attempts,
    })),
    closeRefusal: row.state === 'resuming' ? closeRefusal(openings) : 'Nothing is waited for.',
  };
}

async function resumeView(actor: PersonActor, row: EmergencyRow): Promise<EmergencyView['resume']> {
  const hash = await resumeHash(row);
  const stands = await standingsFor(row);
  const verdict = resumeVerdict(row.resumeApprovals, { scope: row.scope, contentHash: hash, standing: stands });
  return {
    contentHash: hash,
    checklist: RESUME_CHECKLIST.map(({ key, statement }) => ({
      key,
      statement,
      by: row.resumeChecklist[key]?.by ?? null,
    })),
    approvals: row.resumeApprovals.map((approval) => ({
      name: approval.name,
      role: ROLE_LABEL[approval.role],
      at: new Date(approval.at),
      counts: row.resumedAt !== null || (stands(approval.personId) !== null && approval.contentHash === hash),
    })),
    stillNeeded: row.resumedAt ? null : verdict.kind === 'needs' ? verdict.text : null,
    refusal: refusalOf(actor, row, hash, stands(actor.personId) !== null),
  };
}

function refusalOf(actor: PersonActor, row: EmergencyRow, hash: string, standing: boolean): string | null {
  if (row.resumedAt) return 'Trading has been resumed.';
  if (row.state === 'running') return 'The steps are still running.';
  if (!standing) {
    const ownerId = (row.atStart as { ownerId?: string | null }).ownerId ?? null;
    const why = standingOf(
      { personId: actor.personId, roles: rolesIn(actor.grants, row.portfolioId) },
      { ownerId, otherOfficers: 2 },
    );
    return 'refused' in why ? why.refused : 'You no longer hold a role that may resume.';
  }
  if (row.resumeApprovals.some((held) => held.personId === actor.personId && held.contentHash === hash)) {
    return 'You have signed. Another person must be the second.';
  }
  return null;
}

/** Events and notes of an emergency, newest first, pinned notes marked. */
export async function emergencyTimeline(actor: PersonActor, id: string): Promise<TimelineItem[]> {
  const row = await seen(actor, id);
  const entries = await timelineOf({ subjectKind: 'emergency', subjectId: row.id }, { limit: 500 });
  const notes = await listNotes({ kind: 'emergency', id: row.id });
  const told = entries
    .filter(({ type }) => type.startsWith('emergency.') && !type.startsWith('emergency.note'))
    .map((entry) => ({
      id: entry.id,
      kind: 'event' as const,
      type: entry.type,
      title: timelineTitle(entry.type, entry.data),
      by: entry.actorName,
      occurredAt: entry.occurredAt,
      recordedAt: entry.recordedAt,
      fromJournal: entry.data.journal === true,
      pinned: false,
    }));
  const written = notes.map((note) => ({
    id: note.id,
    kind: 'note' as const,
    type: 'emergency.noted',
    title: note.text,
    by: note.authorName,
    occurredAt: note.occurredAt,
    recordedAt: note.recordedAt,
    fromJournal: false,
    pinned: note.pinned,
  }));
  return [...told, ...written].sort(
    (a, b) => b.occurredAt.getTime() - a.occurredAt.getTime() || b.recordedAt.getTime() - a.recordedAt.getTime(),
  );
}
