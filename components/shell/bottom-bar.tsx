'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { useEffect, useState } from 'react';
import { cx } from '../ui/cx';
import { Panel } from '../ui/dialog';
import { Glyph, type GlyphName } from '../ui/glyph';
import { PLACES, placeOf, RECORDS, SETTINGS } from './navigation';
import { PortfolioSwitch } from './portfolio-switch';
import { ThemeButton } from './theme-button';
import { useStrip } from './use-strip';
import { UserMenu } from './user-menu';

const ITEM =
  'relative flex min-h-12 flex-col items-center justify-center gap-0.75 text-2xs leading-3.5 font-medium hover:no-underline aria-[current]:text-ink aria-[current]:shadow-[inset_0_2px_0_var(--color-ink)]';

/** On a phone: five ways, the emergency in the middle. A page with its own hold covers it (`data-covers-bottom-bar`). */
export function BottomBar() {
  const pathname = usePathname();
  const current = placeOf(pathname)?.key;
  const alerts = useStrip().data?.counts.alerts ?? 0;
  const [showsMore, setShowsMore] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: going somewhere closes the sheet.
  useEffect(() => setShowsMore(false), [pathname]);

  const item = (key: string, href: string, label: string, glyph: GlyphName, extra?: string) => (
    <Link href={href} aria-current={current === key ? 'page' : undefined} className={cx(ITEM, extra ?? 'text-ink-3')}>
      <Glyph name={glyph} size="xl" />
      {label}
    </Link>
  );
  return (
    <>
      <nav
        aria-label="Main"
        className="fixed inset-x-0 bottom-0 z-20 grid min-h-(--size-bottombar) grid-cols-5 border-t border-line bg-surface pb-[env(safe-area-inset-bottom)] md:hidden print:hidden [body:has([data-covers-bottom-bar])_&]:hidden"
      >
        {item('overview', '/', 'Overview', 'grid')}
        <Link
          href="/alerts"
          aria-current={current === 'alerts' ? 'page' : undefined}
          className={cx(ITEM, 'text-ink-3')}
        >
          <Glyph name="bell" size="xl" />
          {alerts > 0 && (
            <span className="absolute top-1.75 left-1/2 ml-1.5 min-w-4 rounded-lg bg-crit-solid px-1 text-center text-[10px] leading-4 font-semibold text-on-crit">
              {alerts}
              <span className="sr-only"> firing,</span>
            </span>
          )}
          Alerts
        </Link>
        {item('emergency', '/emergency', 'Emergency', 'stop', 'text-crit')}
        {item('launches', '/launches', 'Launches', 'launch')}
        <button
          type="button"
          onClick={() => setShowsMore(true)}
          aria-expanded={showsMore}
          className={cx(ITEM, 'text-ink-3')}
        >
          <Glyph name="menu" size="xl" />
          More
        </button>
      </nav>
      <Panel open={showsMore} onOpenChange={setShowsMore} title="More">
        <PortfolioSwitch />
        <ul className="mb-4">
          {[...PLACES, ...RECORDS, SETTINGS].map((place) => (
            <li key={place.key}>
              <Link
                href={place.href}
                aria-current={place.key === current ? 'page' : undefined}
                className="flex min-h-12 items-center gap-3 border-b border-line text-base text-ink-2 aria-[current]:font-semibold aria-[current]:text-ink"
              >
                <Glyph name={place.glyph} size="lg" />
                {place.label}
                <Glyph name="right" size="sm" className="ml-auto text-ink-3" />
              </Link>
            </li>
          ))}
        </ul>
        <div className="flex items-center gap-2">
          <UserMenu />
          <ThemeButton />
        </div>
      </Panel>
    </>
  );
}
