import 'server-only';
import { timelineOf } from '../audit/timeline';
import type { CommandScope } from '../engines/messages';
import { EngineReport } from '../engines/messages';
import { visiblePortfolios } from '../identity/authorize';
import { findIncidentOf, listNotes } from '../incidents/store';
import type { PersonActor } from '../kernel/actor';
import { parseDecimal } from '../kernel/decimal';
import { notFound } from '../kernel/errors';
import { readNow } from '../kernel/transaction';
import { findDeliveriesOf } from '../notifications/delivery-store';
import { countsOf } from './counts';
import type { KnownEngine } from './facts';
import { openingView, resumeView } from './resume-store';
import { readStack } from './snapshot-store';
import { type EmergencyRow, findEmergency, listEmergencies, listSteps } from './store';
import { timelineTitle } from './timeline-words';
import type { EmergencySummary, EmergencyView, TimelineItem } from './view';

const scopeName = (row: EmergencyRow): string => (row.atStart as { scopeName?: string }).scopeName ?? row.scope;

/** NOT_FOUND for who may not see its portfolio, as if it were not there. */
async function seen(actor: PersonActor, id: string): Promise<EmergencyRow> {
  const row = await findEmergency(id);
  const visible = visiblePortfolios(actor);
  const sees = row && (visible === null || row.portfolioId === null || visible.includes(row.portfolioId));
  if (!row || !sees) throw notFound('The emergency');
  return row;
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
