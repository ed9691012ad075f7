import 'server-only';
import { publish, type Tx } from '../kernel/transaction';
import type { JournalLine } from './journal';

/** What became of a line: `fenced` means that the run is another's now. */
export type Recorded =
  | { kind: 'recorded'; number?: string }
  | { kind: 'joined'; emergencyId: string; number: string }
  | { kind: 'upgraded'; emergencyId: string; number: string }
  | { kind: 'fenced' };

const TOPICS = ['emergency', 'overview', 'incidents'];

/** Pages that show emergencies ask anew. */
export const tell = (tx: Tx) => {
  for (const topic of TOPICS) publish(tx, topic);
};

/** Beyond this a line was not written as it happened, and its event says when it did. */
const LATE_MS = 2_000;

/** Domain time of a line: now, less what has passed since by the real clock. */
export const timing = (line: JournalLine, now: Date) => {
  const lagMs = Math.max(0, Date.now() - new Date(line.at).getTime());
  const isLate = lagMs > LATE_MS;
  return {
    occurredAt: isLate ? new Date(now.getTime() - lagMs) : now,
    data: { line: line.id, ...(isLate ? { journal: true } : {}) },
  };
};
