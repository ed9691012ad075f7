import 'server-only';
import { type Event, findEventsOf, type Subject } from './store';

export type TimelineEntry = {
  seq: number;
  id: string;
  type: string;
  actor: string;
  actorName: string;
  subject: { kind: string; id: string };
  launchId: string | null;
  portfolioId: string | null;
  occurredAt: Date;
  recordedAt: Date;
  data: Record<string, unknown>;
  hash: string;
};

/** An entry with its facts read from the content that was hashed. */
export function timelineEntry(event: Event): TimelineEntry {
  const { seq, id, type, actor, actorName, launchId, portfolioId, occurredAt, recordedAt, hash } = event;
  const { data } = JSON.parse(event.content) as { data: Record<string, unknown> };
  const subject = { kind: event.subjectKind, id: event.subjectId };
  return { seq, id, type, actor, actorName, subject, launchId, portfolioId, occurredAt, recordedAt, data, hash };
}

/**
 * What happened to one thing, the newest first: a launch, a portfolio, or any subject by kind and id. A timeline is a
 * query over the one log, never a second log. The caller has checked that the asker may see the thing.
 */
export async function timelineOf(
  subject: Subject,
  options: { limit?: number; before?: number } = {},
): Promise<TimelineEntry[]> {
  const rows = await findEventsOf(subject, options.limit ?? 100, options.before);
  return rows.map(timelineEntry);
}
