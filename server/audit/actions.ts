import 'server-only';
import { authorize, visiblePortfolios } from '../identity/authorize';
import { namesOf } from '../identity/store';
import type { Actor, PersonActor } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { type ChainFault, chainCheck, entryHash, type Head } from './chain';
import { headsOnDisk } from './export';
import { sealFault } from './seal-verdict';
import {
  type EventFilter,
  eventFacets,
  eventsAfter,
  exportedHeads,
  findEvent,
  findEvents,
  lastHeadExport,
  linkAfter,
  readHead,
  readingChain,
} from './store';
import { SNAPSHOT_RETENTION_DAYS, sealsWithEvents, snapshotMinutes } from './telemetry-store';
import { type TimelineEntry, timelineEntry } from './timeline';

const CHUNK = 2_000;

export type Verification = {
  ok: boolean;
  checked: number;
  total: number;
  head: Head;
  firstAt: Date | null;
  faults: ChainFault[];
  /** Heads kept outside the chain that it was compared with. */
  exportedHeads: number;
  /** Seals of telemetry whose rows were counted and hashed again. */
  seals: number;
  checkedAt: Date;
  durationMs: number;
};

/**
 * Reads the whole chain and checks every entry, link and exported head, and the newest seals of telemetry against their
 * rows. `extraHeads` are heads from elsewhere, such as a file kept off this machine.
 */
export async function verifyAudit(actor: Actor, extraHeads: Head[] = [], allSeals = false): Promise<Verification> {
  authorize(actor, 'audit.verify');
  const checkedAt = new Date();
  const started = performance.now();
  const disk = await headsOnDisk();
  const report = await readingChain(async (tx) => {
    const known = [...(await exportedHeads(tx)), ...disk.heads, ...extraHeads];
    const check = chainCheck(known);
    for (let after = 0; ; ) {
      const rows = await eventsAfter(after, CHUNK, tx);
      for (const row of rows) check.add(row);
      const last = rows.at(-1);
      if (!last || rows.length < CHUNK) break;
      after = last.seq;
    }
    const head = await readHead(tx);
    return { ...check.finish(head), total: head.seq, exportedHeads: new Set(known.map(({ seq }) => seq)).size };
  });
  const seals = await sealFaults(allSeals ? null : 1_000);
  const unreadable = disk.unreadableLines.map((line) => ({
    seq: 0,
    kind: 'rewritten' as const,
    words: `Line ${line} of the exported heads cannot be read.`,
  }));
  const faults = [...report.faults, ...seals.faults, ...unreadable];
  return {
    ok: faults.length === 0,
    checked: report.checked,
    total: report.total,
    head: report.head,
    firstAt: report.firstAt,
    faults,
    exportedHeads: report.exportedHeads,
    seals: seals.checked,
    checkedAt,
    durationMs: Math.round(performance.now() - started),
  };
}

/** Counts and hashes the rows of the newest seals again. */
async function sealFaults(limit: number | null): Promise<{ checked: number; faults: ChainFault[] }> {
  const seals = await sealsWithEvents(limit);
  const oldest = seals.at(-1)?.minute;
  const newest = seals[0]?.minute;
  if (!oldest || !newest) return { checked: 0, faults: [] };
  const rows = await snapshotMinutes(oldest, new Date(newest.getTime() + 60_000));
  const leavesOf = new Map(rows.map((row) => [`${row.portfolioId} ${row.minute.toISOString()}`, row.leaves]));
  const kept = Date.now() - SNAPSHOT_RETENTION_DAYS * 86_400_000;
  const faults = seals.flatMap((seal) => {
    const leaves = leavesOf.get(`${seal.portfolioId} ${seal.minute.toISOString()}`) ?? [];
    const isForgotten = leaves.length === 0 && seal.minute.getTime() < kept;
    return sealFault(seal, isForgotten ? null : leaves) ?? [];
  });
  return { checked: seals.length, faults };
}

export type NamedEntry = Omit<TimelineEntry, 'subject'> & {
  subject: { kind: string; id: string; name: string | null };
};

/** Entries about people carry their ids only, for names change; the page shows the name they have now. */
async function withNames<E extends TimelineEntry>(entries: E[]): Promise<(E & NamedEntry)[]> {
  const ids = entries.flatMap(({ subject }) => (subject.kind === 'person' ? [subject.id] : []));
  const names = await namesOf(ids);
  return entries.map((entry) => ({
    ...entry,
    subject: { ...entry.subject, name: names.get(entry.subject.id) ?? null },
  }));
}

const PAGE = 50;

/** A page of entries that the asker may see, the newest first. */
export async function pageOfEvents(
  actor: PersonActor,
  { cursor, ...filter }: Omit<EventFilter, 'visible' | 'before'> & { cursor?: number },
): Promise<{ entries: NamedEntry[]; next: number | null }> {
  const rows = await findEvents({ ...filter, before: cursor, visible: visiblePortfolios(actor) }, PAGE + 1);
  const entries = await withNames(rows.slice(0, PAGE).map(timelineEntry));
  return { entries, next: rows.length > PAGE ? (entries.at(-1)?.seq ?? null) : null };
}

export type EntryDetail = NamedEntry & {
  previousHash: string;
  nextHash: string | null;
  content: string;
  /** Whether its content gives its hash, and its neighbours' links fit. */
  hashMatches: boolean;
  linkedBefore: boolean;
  linkedAfter: boolean;
};

/** One entry with its neighbours' hashes and what they prove. */
export async function entryDetail(actor: PersonActor, seq: number): Promise<EntryDetail> {
  const row = await findEvent(seq, visiblePortfolios(actor));
  if (!row) throw notFound(`Entry ${seq}`);
  const [before, after] = [await linkAfter(seq - 2), await linkAfter(seq)];
  const [entry] = await withNames([timelineEntry(row)]);
  return {
    ...entry!,
    content: row.content,
    previousHash: row.previousHash,
    nextHash: after?.hash ?? null,
    hashMatches: entryHash(row.seq, row.previousHash, row.content) === row.hash,
    linkedBefore: seq === 1 || before?.hash === row.previousHash,
    linkedAfter: after === null || after.previousHash === row.hash,
  };
}

/** What the page says beside the verdict, and the choices of its filters. */
export async function auditOverview() {
  const [head, lastExport, facets] = await Promise.all([readHead(), lastHeadExport(), eventFacets()]);
  return { head, lastExport, ...facets };
}
