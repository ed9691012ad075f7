import { sql as query } from 'drizzle-orm';
import { type Actor, actorRef } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { beforeCommit, type Tx } from '../kernel/transaction';
import { canonicalJson } from './canonical';

export type EventInput = {
  /** `domain.past-tense`, such as `checklist.signed-off`. */
  type: string;
  actor: Actor;
  /** What it is about: the kind and id by which timelines find it. */
  subject: { kind: string; id: string };
  portfolioId?: string | null;
  launchId?: string | null;
  /** Facts of the change; JSON values only (decimals and instants as text). Never a secret. */
  data?: Record<string, unknown>;
  /** When it happened, if that is not now (a journal reconciled later). */
  occurredAt?: Date;
};

/**
 * Appends one event to the hash chain in this transaction and returns its id at once.
 *
 * The row is written last, by a function that alone may write it (`app.append_event`): it locks the head, links the
 * RFC 8785 text to the hash before it, and computes the hash itself.
 */
export function recordEvent(tx: Tx, event: EventInput): string {
  const id = newId();
  beforeCommit(tx, async (last, now) => {
    const occurredAt = event.occurredAt ?? now;
    const content = canonicalJson({
      id,
      type: event.type,
      actor: actorRef(event.actor),
      actorName: event.actor.name,
      subject: event.subject,
      portfolioId: event.portfolioId ?? null,
      launchId: event.launchId ?? null,
      occurredAt: occurredAt.toISOString(),
      data: event.data ?? {},
    });
    await last.execute(query`select app.append_event(${content}::text)`);
  });
  return id;
}
