import { DomainError } from '../kernel/errors';

/**
 * Where a request came from, for the record only: the last hop that wrote X-Forwarded-For, since earlier ones are the
 * sender's own words. Nothing is allowed or refused by it.
 */
export function requestIp(headers: Pick<Headers, 'get'>): string {
  const hops = (headers.get('x-forwarded-for') ?? '').split(',');
  return (hops.at(-1) ?? '').trim().slice(0, 64);
}

const refused = (message: string) => new DomainError('FORBIDDEN', message);

/** Refuses a request of a browser that another site caused. `ownOrigin` is the origin of APP_URL. */
export function assertOwnSite({ headers }: Request, ownOrigin: string): void {
  const site = headers.get('sec-fetch-site');
  if (site === 'cross-site' || site === 'same-site') throw refused('This request came from another site.');
  const origin = headers.get('origin');
  if (origin !== null && origin !== ownOrigin)
    throw refused(`This request came from ${origin}, not from ${ownOrigin}.`);
}

/** The same, and a change must be JSON: no form of another site can send that without being asked first. */
export function assertOwnOrigin(request: Request, ownOrigin: string): void {
  assertOwnSite(request, ownOrigin);
  const { headers, method } = request;
  if (method === 'GET' || method === 'HEAD') return;
  const type = (headers.get('content-type') ?? '').split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw refused('A change must be sent as application/json.');
}

/** Our own origin, from APP_URL. */
export function ownOrigin(): string {
  return new URL(process.env.APP_URL ?? 'http://localhost:3000').origin;
}
