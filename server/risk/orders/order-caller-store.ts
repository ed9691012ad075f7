import 'server-only';
import { prefixOfKey } from '../../identity/api-key-format';
import { authenticateKey } from '../../identity/api-keys';
import { tokenHash } from '../../identity/tokens';
import type { KeyActor } from '../../kernel/actor';
import { DomainError } from '../../kernel/errors';
import { type TimeBudget, withinMs } from './time-budget';

/** A key that was good this recently may still cancel and exit while the database does not answer. */
const REMEMBERED_MS = 600_000;
/** A key looked at this recently is looked at again with its order, under the lock, and not before. */
const FRESH_MS = 60_000;
/** At most, and never longer than what is left of the time of the whole check. */
const WAIT_MS = 200;

const kept = globalThis as { __goingLiveOrderKeys?: Map<string, { actor: KeyActor; at: number }> };
kept.__goingLiveOrderKeys ??= new Map();
const remembered = kept.__goingLiveOrderKeys;

/**
 * The machine behind a request for an order. While the database fails or is silent, a key that this process has seen to be
 * good in the last 10 minutes counts as known: without facts it gets leave to cancel and proven exits only.
 *
 * `isVerified` is false where the key is only remembered: the batch of its order looks at it again. A refusal is a refusal,
 * and forgets the key. Throws UNAUTHENTICATED, FORBIDDEN, UNAVAILABLE.
 */
export async function callerOfOrder(
  request: Parameters<typeof authenticateKey>[0],
  options: { verify?: boolean; budget?: TimeBudget } = {},
): Promise<{ actor: KeyActor; isVerified: boolean }> {
  const [, text = ''] = /^Bearer ([^\s]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  const id = prefixOfKey(text) ? tokenHash(text) : null;
  const known = id ? remembered.get(id) : undefined;
  if (known && !options.verify && Date.now() - known.at < FRESH_MS) return { actor: known.actor, isVerified: false };
  try {
    const waitMs = Math.min(WAIT_MS, options.budget?.leftMs() ?? WAIT_MS);
    const actor = await withinMs(waitMs, authenticateKey(request, 'orders:check'));
    if (id) remembered.set(id, { actor, at: Date.now() });
    return { actor, isVerified: true };
  } catch (error) {
    if (error instanceof DomainError) {
      if (id) remembered.delete(id);
      throw error;
    }
    if (known && Date.now() - known.at < REMEMBERED_MS) return { actor: known.actor, isVerified: false };
    throw new DomainError('UNAVAILABLE', 'The key could not be looked at: the database does not answer. Ask again.', {
      data: { retryAfterSeconds: 1 },
    });
  }
}

/** A key that its order found to be dead is asked for again. */
export function forgetCaller(keyId: string): void {
  for (const [id, { actor }] of remembered) if (actor.keyId === keyId) remembered.delete(id);
}
