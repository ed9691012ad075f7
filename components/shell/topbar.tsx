'use client';
import { ButtonLink, IconButton } from '../ui/button';
import { useNow, useZone } from '../ui/clock';
import { Glyph } from '../ui/glyph';
import { formatInstant, formatUtc } from '../ui/instant';
import { Kbd } from '../ui/status';
import { Crumbs } from './crumbs';
import { LiveBadge } from './live-badge';
import { LockedBadge } from './session-lock';
import { openPalette } from './shell-events';

function PortfolioTime() {
  const now = useNow();
  const zone = useZone();
  return (
    <time
      className="text-xs whitespace-nowrap text-ink-2"
      dateTime={new Date(now).toISOString()}
      title={formatUtc(now)}
      suppressHydrationWarning
    >
      <span className="phone:hidden" suppressHydrationWarning>
        {formatInstant(now, { zone, now })}
      </span>
      <span className="md:hidden" suppressHydrationWarning>
        {formatInstant(now, { zone, now, seconds: false })}
      </span>
    </time>
  );
}

/** Where this page is, the way to anywhere, whether it is live, what time it is there, and the emergency. */
export function Topbar() {
  return (
    <header className="sticky top-0 z-10 flex h-(--size-topbar) items-center gap-3 border-b border-line bg-canvas px-4 phone:h-14 phone:gap-2.5 print:hidden">
      <Crumbs />
      <button
        type="button"
        onClick={openPalette}
        aria-keyshortcuts="Meta+K Control+K /"
        className="flex h-7 w-50 items-center gap-2 rounded-sm border border-line bg-surface px-2 text-left text-xs text-ink-3 max-lg:hidden"
      >
        <Glyph name="find" size="sm" />
        <span className="flex-1">Search or go to</span>
        <Kbd>⌘K</Kbd>
      </button>
      <IconButton label="Search or go to" glyph="find" onClick={openPalette} className="lg:hidden" />
      <LockedBadge />
      <span className="phone:hidden">
        <LiveBadge />
      </span>
      <PortfolioTime />
      <span className="phone:hidden">
        <ButtonLink href="/emergency" variant="danger-line" glyph="stop" aria-keyshortcuts="Shift+E">
          Emergency
        </ButtonLink>
      </span>
    </header>
  );
}
