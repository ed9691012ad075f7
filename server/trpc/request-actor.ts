import 'server-only';
import { authenticateKey } from '../identity/api-keys';
import type { KeyScope } from '../identity/key-scopes';
import { assertOwnSite, ownOrigin } from '../identity/origin';
import { requireSession } from '../identity/session';
import type { KeyActor, PersonActor } from '../kernel/actor';
import { DomainError } from '../kernel/errors';

/**
 * Who makes a request that both machines and our own pages may make: an API key with `scope`, or a signed-in person.
 * A cookie counts only on a request of our own site, and a change must say its origin. Throws UNAUTHENTICATED, FORBIDDEN.
 */
export async function actorOfRequest(request: Request, scope: KeyScope): Promise<KeyActor | PersonActor> {
  if (request.headers.has('authorization')) return authenticateKey(request, scope);
  assertOwnSite(request, ownOrigin());
  const isChange = request.method !== 'GET' && request.method !== 'HEAD';
  if (isChange && request.headers.get('origin') === null) {
    throw new DomainError(
      'FORBIDDEN',
      'This request does not say where it came from. Send it from a page, or with an API key.',
    );
  }
  return (await requireSession(request, { whileLocked: !isChange })).actor;
}
