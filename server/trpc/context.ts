import 'server-only';
import { headers } from 'next/headers';
import { requestIp } from '../identity/origin';
import { sessionOf } from '../identity/session';
import type { Context } from './init';

/** Who asks, from a request's headers: the session's row is read each time. `resHeaders` lets a procedure set the cookie. */
export async function getContext(source: { headers: Headers; resHeaders?: Headers }): Promise<Context> {
  const live = await sessionOf(source);
  return {
    actor: live?.actor ?? null,
    session: live?.session ?? null,
    ip: requestIp(source.headers),
    userAgent: source.headers.get('user-agent') ?? '',
    headers: source.headers,
    resHeaders: source.resHeaders,
  };
}

/** The same for a page that is being rendered. */
export async function pageContext(): Promise<Context> {
  return getContext({ headers: new Headers(await headers()) });
}
