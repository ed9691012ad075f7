import ipaddr from 'ipaddr.js';
import { DomainError } from '../kernel/errors';

/**
 * Where a request came from: the last hop that wrote X-Forwarded-For, since earlier ones are the sender's own words. It is
 * for the record, and for a fair share of the places that people who sign in wait in; nothing is allowed by it.
 */
export function requestIp(headers: Pick<Headers, 'get'>): string {
  const hops = (headers.get('x-forwarded-for') ?? '').split(',');
  return (hops.at(-1) ?? '').trim().slice(0, 64);
}

/**
 * What one sender has at hand of addresses: an IPv4 address is its own, of IPv6 the first 64 bits, since whoever has one
 * address there has all of that network. What is no address stays as it is, and empty is not known.
 */
export function neighbourhoodOf(ip: string): string {
  const address = /^\[(.*)\](?::\d+)?$/.exec(ip)?.[1] ?? /^([\d.]+):\d+$/.exec(ip)?.[1] ?? ip;
  if (!ipaddr.isValid(address)) return ip;
  // An IPv4 address in the clothes of IPv6 is one of IPv4.
  const read = ipaddr.process(address);
  if (read.kind() === 'ipv4') return read.toString();
  const groups = (read as ipaddr.IPv6).parts.slice(0, 4).map((group) => group.toString(16));
  return `${groups.join(':')}::/64`;
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
