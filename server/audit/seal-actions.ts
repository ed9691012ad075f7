import 'server-only';
import { authorize } from '../identity/authorize';
import { type JobActor, job } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { inTransaction, readNow } from '../kernel/transaction';
import { merkleRoot } from './merkle';
import { recordEvent } from './record';
import { firstUnsealed, insertSeal, lastSealedMinute, type SealedMinute, snapshotMinutes } from './telemetry-store';

const KIND = 'snapshot';
const MINUTE_MS = 60_000;
/** A transaction that stores telemetry has long ended by then: statements are cut off after 15 s. */
const SETTLED_MS = 2 * MINUTE_MS;
/** At most this much of a backlog in one run; the next run goes on. */
const RUN_MINUTES = 24 * 60;

const minuteOf = (at: Date) => new Date(Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS);

async function sealMinute(actor: JobActor, { portfolioId, minute, leaves }: SealedMinute): Promise<boolean> {
  authorize(actor, 'audit.verify');
  return inTransaction(async (tx, now) => {
    const eventId = newId();
    const root = merkleRoot(leaves);
    const seal = { id: eventId, kind: KIND, portfolioId, minute, count: leaves.length, merkleRoot: root, eventId };
    if (!(await insertSeal(tx, { ...seal, sealedAt: now }))) return false;
    recordEvent(tx, {
      type: 'telemetry.sealed',
      actor,
      subject: { kind: 'telemetry', id: `${KIND} ${minute.toISOString()}` },
      portfolioId,
      data: { kind: KIND, minute: minute.toISOString(), count: leaves.length, merkleRoot: root },
    });
    return true;
  });
}

/**
 * Seals telemetry into the chain: one event per portfolio and minute with the count and Merkle root of what was received
 * in it. Run again it goes on where it stopped; a minute is sealed once.
 */
export async function sealTelemetry(): Promise<{ sealed: number; rows: number }> {
  const actor = job('telemetry-seal');
  const until = minuteOf(new Date((await readNow()).getTime() - SETTLED_MS));
  const last = await lastSealedMinute(KIND);
  const from = await firstUnsealed(last && new Date(last.getTime() + MINUTE_MS));
  if (!from || from >= until) return { sealed: 0, rows: 0 };
  const end = new Date(Math.min(until.getTime(), minuteOf(from).getTime() + RUN_MINUTES * MINUTE_MS));
  let sealed = 0;
  let rows = 0;
  for (const minute of await snapshotMinutes(minuteOf(from), end)) {
    if (!(await sealMinute(actor, minute))) continue;
    sealed += 1;
    rows += minute.leaves.length;
  }
  return { sealed, rows };
}
