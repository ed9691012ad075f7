import 'server-only';
import type { KeyActor } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { prefixOfKey } from './api-key-format';
import { findKeyByPrefix, noteKeyUse } from './api-key-store';
import type { KeyScope } from './key-scopes';
import { requestIp } from './origin';
import { sameText, tokenHash } from './tokens';

const refused = (message: string, detail?: string) => new DomainError('UNAUTHENTICATED', message, { detail });

/** The portfolio that a machine means: the one it names, else its key's own. Throws INVALID where neither says. */
export function portfolioMeant(actor: KeyActor, named: string | undefined): string {
  const portfolioId = named ?? actor.portfolioId;
  if (!portfolioId) {
    throw new DomainError('INVALID', 'This key is for every portfolio: say which with "portfolioId".');
  }
  return portfolioId;
}

/** What of a request names its sender. */
type Signed = { headers: Pick<Headers, 'get'> };

/**
 * The machine behind `Authorization: Bearer gl_…`, if its key lives and carries `scope`.
 *
 * Throws UNAUTHENTICATED (401) for a missing, malformed, unknown, expired or revoked key - a malformed one without a
 * query - and FORBIDDEN (403) for a key that lacks the scope or waits for its risk officer.
 */
export async function authenticateKey(request: Signed, scope: KeyScope): Promise<KeyActor> {
  const [, text = ''] = /^Bearer ([^\s]+)$/i.exec(request.headers.get('authorization') ?? '') ?? [];
  const prefix = prefixOfKey(text);
  if (!prefix) throw refused('This route needs "Authorization: Bearer" with an API key of this installation.');
  const key = await findKeyByPrefix(prefix);
  const now = new Date();
  if (!key || !sameText(key.secretHash, tokenHash(text))) throw refused('This API key is not known here.', prefix);
  if (key.revokedAt) throw refused(`The API key "${key.name}" was revoked. Use its successor.`, prefix);
  if (key.expiresAt <= now) throw refused(`The API key "${key.name}" has expired. Ask an admin for a new one.`, prefix);
  if (!key.approvedAt) {
    throw new DomainError('FORBIDDEN', `The API key "${key.name}" waits for the approval of a risk officer.`);
  }
  if (!key.scopes.includes(scope)) {
    throw new DomainError('FORBIDDEN', `The API key "${key.name}" lacks the scope ${scope}.`, { data: { scope } });
  }
  // Known from the row: a key that is used hundreds of times a second costs one query each, not two.
  if (!key.lastUsedAt || now.getTime() - key.lastUsedAt.getTime() >= 60_000) {
    await noteKeyUse(key.id, requestIp(request.headers), now);
  }
  const { id, name, scopes, portfolioId, engineId } = key;
  return { kind: 'key', keyId: id, name, scopes, portfolioId, engineId };
}
