import type { CommandScope, CommandType, EngineState } from '../messages';
import type { PaperState, Place } from './state';

const OPEN: Place = { state: 'ACTIVE', isClosed: false, isLocked: false };
const RANK = { ACTIVE: 0, REDUCING: 1, HALTED: 2 } as const;
const LEASE_GRACE_MS = 15 * 60_000;

const keysOf = (scope: CommandScope): string[] => scope.strategies ?? ['*'];
const placeOf = (state: PaperState, key: string): Place => state.places[key] ?? OPEN;
const stricter = (a: EngineState, b: EngineState): EngineState => (RANK[a] >= RANK[b] ? a : b);

/** Applies a command about trading itself to each place of its scope. A resume also clears a lease that ran out for long. */
export function applyToPlaces(state: PaperState, type: CommandType, scope: CommandScope): void {
  for (const key of keysOf(scope)) {
    const place = { ...placeOf(state, key) };
    if (type === 'halt') place.state = 'HALTED';
    if (type === 'reduce_only') place.state = 'REDUCING';
    if (type === 'resume') place.state = 'ACTIVE';
    if (type === 'stop_order_acceptance') place.isClosed = true;
    if (type === 'system_lockdown') place.isLocked = true;
    // What an emergency closed; the trading state is lifted by those who set it.
    if (type === 'lift_lockdown') Object.assign(place, { isLocked: false, isClosed: false });
    state.places[key] = place;
  }
  if (type === 'resume' && scope.strategies === null) state.leaseLocked = false;
}

/** What holds at a strategy (or `*`): the strictest of its own place and the engine's. */
export function holdsAt(state: PaperState, key: string): Place {
  const own = placeOf(state, key);
  const all = placeOf(state, '*');
  return {
    state: stricter(own.state, all.state),
    isClosed: own.isClosed || all.isClosed,
    isLocked: own.isLocked || all.isLocked,
  };
}

/** A lease that is out stops new risk; out for more than 15 min it stays so until a person resumes. */
export function leaseHolds(state: PaperState, now: Date): boolean {
  if (!state.leaseUntil || state.leaseLocked) return false;
  return new Date(state.leaseUntil) > now;
}

/** A renewal, from any command that carries one. */
export function renewLease(state: PaperState, until: string, now: Date): void {
  const before = state.leaseUntil ? new Date(state.leaseUntil) : null;
  if (before && now.getTime() - before.getTime() > LEASE_GRACE_MS) state.leaseLocked = true;
  if (!before || new Date(until) > before) state.leaseUntil = until;
}

/** Why a strategy may not take new risk now, or null. Risk-reducing orders of an open place always pass. */
export function refusalOf(
  state: PaperState,
  order: { strategy: string; isReduceOnly: boolean },
  now: Date,
): string | null {
  const place = holdsAt(state, order.strategy);
  if (place.isLocked) return 'locked down';
  if (place.isClosed) return 'order acceptance is stopped';
  if (place.state === 'HALTED') return 'HALTED';
  if (order.isReduceOnly) return null;
  if (place.state === 'REDUCING') return 'REDUCING';
  return leaseHolds(state, now) ? null : 'the lease ran out';
}
