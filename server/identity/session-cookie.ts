/** Production is known by its address: https. */
export const isProduction = (): boolean => (process.env.APP_URL ?? '').startsWith('https://');

/** `__Host-` binds the cookie to this host, this path and https; a browser refuses it on plain http. */
export const sessionCookieName = (): string => (isProduction() ? '__Host-going-live.session' : 'going-live.session');

export const SESSION_HOURS = 12;
export const LOCK_AFTER_MS = 30 * 60_000;
/** Requests under way while the token changes still carry the old one. */
export const ROTATION_GRACE_MS = 30_000;

export function cookieAttributes(maxAgeSeconds: number): string {
  return `Path=/; HttpOnly; SameSite=Lax; Max-Age=${maxAgeSeconds}${isProduction() ? '; Secure' : ''}`;
}
