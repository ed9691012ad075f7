import 'server-only';
import { recordEvent } from '../audit/record';
import type { Actor } from '../kernel/actor';
import type { Tx } from '../kernel/transaction';
import { releaseLatch } from '../trading-state/actions';
import { listOpenLatches } from '../trading-state/store';
import { atLeast, type EmergencyScope, isWithin, type Severity } from './plan';
import { type EmergencyRow, scopeOf, updateEmergency } from './store';

type Wider = { id: string; number: string; scope: EmergencyScope; severity: Severity; actor: Actor };

/**
 * A wider emergency takes in the narrower ones it covers at least as severely: they are closed as upgraded, their latches
 * give way to the wider one, and their runners find themselves fenced off. Runs in the caller's transaction.
 */
export async function coverNarrower(tx: Tx, wider: Wider, open: EmergencyRow[], now: Date): Promise<void> {
  const covered = open.filter(
    (row) => row.id !== wider.id && isWithin(scopeOf(row), wider.scope) && atLeast(wider.severity, row.severity),
  );
  for (const row of covered) {
    await updateEmergency(tx, row.id, {
      state: 'closed',
      resumedAt: now,
      supersededBy: wider.id,
      fence: row.fence + 1,
    });
    await releaseLatches(tx, row.id, wider.actor, `Taken in by ${wider.number}, which halts more.`);
    recordEvent(tx, {
      type: 'emergency.taken-in',
      actor: wider.actor,
      subject: { kind: 'emergency', id: row.id },
      portfolioId: row.portfolioId,
      data: { number: row.number, by: wider.number, byId: wider.id },
    });
  }
}

/** Lifts the latches that an emergency put on; others stay. */
export async function releaseLatches(tx: Tx, emergencyId: string, actor: Actor, reason: string): Promise<void> {
  const latches = await listOpenLatches(null, tx);
  for (const latch of latches) {
    if (latch.cause.kind === 'emergency' && latch.cause.id === emergencyId)
      await releaseLatch(tx, latch.id, { actor, reason });
  }
}
