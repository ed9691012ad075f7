import { canonicalJson, sha256Hex } from './canonical';

/** One entry as stored; `content` is the RFC 8785 text that was hashed, the rest are columns made from it. */
export type ChainRow = {
  seq: number;
  id: string;
  type: string;
  actor: string;
  actorName: string;
  subjectKind: string;
  subjectId: string;
  portfolioId: string | null;
  launchId: string | null;
  occurredAt: Date;
  content: string;
  previousHash: string;
  hash: string;
};

export type Head = { seq: number; hash: string };

export type ChainFault = {
  /** The entry at which it shows. */
  seq: number;
  kind: 'changed' | 'columns-differ' | 'unlinked' | 'missing' | 'tail-cut' | 'rewritten';
  words: string;
};

export const GENESIS_HASH = '0'.repeat(64);

/** Hash of an entry: over its number, the hash before it and its content, as `app.append_event` computes it. */
export const entryHash = (seq: number, previousHash: string, content: string): string =>
  sha256Hex(`${seq}:${previousHash}:${content}`);

const columnsOf = (row: ChainRow): string =>
  canonicalJson({
    id: row.id,
    type: row.type,
    actor: row.actor,
    actorName: row.actorName,
    subject: { kind: row.subjectKind, id: row.subjectId },
    portfolioId: row.portfolioId,
    launchId: row.launchId,
    occurredAt: row.occurredAt.toISOString(),
  });

function columnsIn(content: string): string | null {
  try {
    const { data: _, ...columns } = JSON.parse(content);
    return canonicalJson(columns);
  } catch {
    return null;
  }
}

const MOST_FAULTS = 100;

export type ChainReport = { checked: number; head: Head; firstAt: Date | null; faults: ChainFault[]; isCut: boolean };

/**
 * Checks a chain that is fed in order of its numbers, however many parts it comes in.
 *
 * `known` are heads that were exported before: an entry whose hash differs from the head exported at its number means
 * that history was written anew, and a head beyond the end that the tail was cut. After `MOST_FAULTS` faults only
 * counting goes on (`isCut`). Nothing is read here but what is given; the same rule works on an export, with no server.
 */
export function chainCheck(known: Head[] = [], from: Head = { seq: 0, hash: GENESIS_HASH }) {
  const exported = new Map<number, Set<string>>();
  for (const head of known) exported.set(head.seq, (exported.get(head.seq) ?? new Set()).add(head.hash));
  const faults: ChainFault[] = [];
  let total = 0;
  const fault = (seq: number, kind: ChainFault['kind'], words: string) => {
    total += 1;
    if (faults.length < MOST_FAULTS) faults.push({ seq, kind, words });
  };
  let last = from;
  let checked = 0;
  let firstAt: Date | null = null;

  const add = (row: ChainRow): void => {
    checked += 1;
    firstAt ??= row.occurredAt;
    const expected = last.seq + 1;
    if (row.seq !== expected) {
      fault(row.seq, 'missing', `Entry ${expected} is missing: ${row.seq} follows ${last.seq}.`);
    } else if (row.previousHash !== last.hash) {
      fault(row.seq, 'unlinked', `Entry ${row.seq} does not follow entry ${last.seq}: its link names another hash.`);
    }
    if (entryHash(row.seq, row.previousHash, row.content) !== row.hash) {
      fault(row.seq, 'changed', `Entry ${row.seq} was changed: its content does not give its hash.`);
    } else if (columnsIn(row.content) !== columnsOf(row)) {
      fault(row.seq, 'columns-differ', `Entry ${row.seq} shows other facts than the content that was hashed.`);
    }
    const heads = exported.get(row.seq);
    if (heads && !(heads.size === 1 && heads.has(row.hash))) {
      fault(row.seq, 'rewritten', `Entry ${row.seq} is not the one whose hash was exported: history was written anew.`);
    }
    last = { seq: row.seq, hash: row.hash };
  };

  /** `head` is the row that the next entry will be linked to. */
  const finish = (head: Head): ChainReport => {
    if (head.seq !== last.seq || head.hash !== last.hash) {
      fault(last.seq, 'tail-cut', `The chain ends at entry ${last.seq}, its head says ${head.seq}.`);
    }
    const furthest = Math.max(0, ...exported.keys());
    if (furthest > last.seq) {
      fault(
        last.seq,
        'tail-cut',
        `Entry ${furthest} was exported, but the chain ends at ${last.seq}: its tail was cut.`,
      );
    }
    return { checked, head: last, firstAt, faults, isCut: total > faults.length };
  };

  return { add, finish };
}

/** The same for a chain that is at hand whole. */
export function verifyChain(rows: ChainRow[], head: Head, known: Head[] = []): ChainReport {
  const check = chainCheck(known);
  for (const row of rows) check.add(row);
  return check.finish(head);
}
