import { type NextRequest, NextResponse } from 'next/server';
import { sessionCookieName } from '@/server/identity/session-cookie';

// Pages that open without a session: each proves its visitor by itself.
const OPEN_PATHS = /^\/(login|setup|acknowledge\/[^/]+)$/;
const isDev = process.env.NODE_ENV === 'development';

/** No inline script runs without this request's nonce. Widths of bars are style attributes, so those stay allowed. */
function policy(nonce: string): string {
  return [
    "default-src 'self'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${isDev ? " 'unsafe-eval'" : ''}`,
    isDev ? "style-src 'self' 'unsafe-inline'" : `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data: blob:",
    "font-src 'self'",
    `connect-src 'self'${isDev ? ' ws:' : ''}`,
    "worker-src 'self'",
    "manifest-src 'self'",
    "object-src 'none'",
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * Gives each page its nonce, and sends visitors without any session cookie to sign in. It decides nothing: whoever passes
 * is checked again at the data, and everything holds with this file removed.
 */
export function proxy(request: NextRequest) {
  const { pathname, search } = request.nextUrl;
  const cookie = sessionCookieName();
  const hasCookie = request.cookies.has(cookie) || request.cookies.has(`${cookie}.0`);
  if (!hasCookie && !OPEN_PATHS.test(pathname)) {
    const login = request.nextUrl.clone();
    login.pathname = '/login';
    login.search = pathname === '/' ? '' : `?from=${encodeURIComponent(pathname + search)}`;
    return NextResponse.redirect(login);
  }

  const nonce = btoa(crypto.randomUUID());
  const headers = new Headers(request.headers);
  headers.set('x-nonce', nonce);
  headers.set('x-path', pathname + search);
  headers.set('content-security-policy', policy(nonce));
  const response = NextResponse.next({ request: { headers } });
  response.headers.set('content-security-policy', policy(nonce));
  if (process.env.APP_URL?.startsWith('https://'))
    response.headers.set('strict-transport-security', 'max-age=63072000; includeSubDomains');
  return response;
}

export const config = {
  matcher: ['/((?!api/|_next/static|_next/image|sw.js|manifest.webmanifest|icons/|offline\\.).*)'],
};
