import type { GlyphName } from '../ui/glyph';

export type Place = {
  key: string;
  label: string;
  href: string;
  glyph: GlyphName;
  /** Second key after `g`. */
  go?: string;
  counts?: 'launches' | 'breaches' | 'alerts';
};

/** The pages of the console, in the order of the sidebar. */
export const PLACES: readonly Place[] = [
  { key: 'overview', label: 'Overview', href: '/', glyph: 'grid', go: 'o' },
  { key: 'launches', label: 'Launches', href: '/launches', glyph: 'launch', go: 'l', counts: 'launches' },
  { key: 'strategies', label: 'Strategies', href: '/strategies', glyph: 'strategy', go: 't' },
  { key: 'risk', label: 'Risk', href: '/risk', glyph: 'gauge', go: 'r', counts: 'breaches' },
  { key: 'sizing', label: 'Sizing', href: '/risk/sizing', glyph: 'ruler', go: 's' },
  { key: 'alerts', label: 'Alerts', href: '/alerts', glyph: 'bell', go: 'a', counts: 'alerts' },
];

/** What follows something that happened. */
export const RECORDS: readonly Place[] = [
  { key: 'emergency', label: 'Emergency', href: '/emergency', glyph: 'stop' },
  { key: 'incidents', label: 'Incidents', href: '/incidents', glyph: 'flag', go: 'i' },
  { key: 'reports', label: 'Reports', href: '/reports', glyph: 'doc', go: 'p' },
  { key: 'audit', label: 'Audit', href: '/audit', glyph: 'chain', go: 'u' },
];

export const SETTINGS: Place = { key: 'settings', label: 'Settings', href: '/settings', glyph: 'cog' };

export const ALL_PLACES: readonly Place[] = [...PLACES, ...RECORDS, SETTINGS];

/** The place an address belongs to: the one with the longest matching path. */
export function placeOf(pathname: string): Place | undefined {
  return ALL_PLACES.filter(({ href }) => pathname === href || (href !== '/' && pathname.startsWith(`${href}/`))).sort(
    (a, b) => b.href.length - a.href.length,
  )[0];
}
