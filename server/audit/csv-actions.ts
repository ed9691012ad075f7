import 'server-only';
import { authorize, visiblePortfolios } from '../identity/authorize';
import type { Actor } from '../kernel/actor';
import { csvLine } from './csv';
import { type EventFilter, findEvents } from './store';

const PAGE = 1_000;
const HEAD = [
  'entry',
  'occurred at',
  'recorded at',
  'actor',
  'who',
  'action',
  'subject kind',
  'subject',
  'content',
  'previous hash',
  'hash',
];

/** Entries that fit, the newest first, as CSV in parts; the columns are enough to check each hash again. */
export function auditCsv(actor: Actor, filter: Omit<EventFilter, 'visible' | 'before'>): AsyncGenerator<string> {
  authorize(actor, 'audit.verify', { keyScope: 'read' });
  return lines({ ...filter, visible: visiblePortfolios(actor) });
}

async function* lines(filter: EventFilter): AsyncGenerator<string> {
  yield csvLine(HEAD);
  for (let before = Number.MAX_SAFE_INTEGER; ; ) {
    const rows = await findEvents({ ...filter, before }, PAGE);
    for (const row of rows) {
      yield csvLine([
        row.seq,
        row.occurredAt.toISOString(),
        row.recordedAt.toISOString(),
        row.actor,
        row.actorName,
        row.type,
        row.subjectKind,
        row.subjectId,
        row.content,
        row.previousHash,
        row.hash,
      ]);
    }
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    before = last.seq;
  }
}
