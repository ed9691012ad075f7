'use client';
import Link from 'next/link';
import { usePathname } from 'next/navigation';
import { cx } from '../ui/cx';
import { Glyph } from '../ui/glyph';
import { Brand } from './brand';
import { PLACES, type Place, placeOf, RECORDS, SETTINGS } from './navigation';
import { PortfolioSwitch } from './portfolio-switch';
import { ThemeButton } from './theme-button';
import { useStrip } from './use-strip';
import { UserMenu } from './user-menu';

function PlaceLink({ place, current }: { place: Place; current: string | undefined }) {
  const { data } = useStrip();
  const count = place.counts ? data?.counts[place.counts] : undefined;
  const isHot = place.counts !== 'launches' && Boolean(count);
  return (
    <Link
      href={place.href}
      aria-current={place.key === current ? 'page' : undefined}
      title={place.label}
      className="group/place flex h-7 items-center gap-2.25 rounded-sm px-2 font-medium text-ink-2 hover:bg-raised hover:no-underline aria-[current]:bg-raised aria-[current]:text-ink max-desk:justify-center"
    >
      <Glyph name={place.glyph} className="text-ink-3 group-aria-[current]/place:text-ink" />
      <span className="max-desk:sr-only">{place.label}</span>
      {count ? (
        <span className={cx('ml-auto text-2xs max-desk:hidden', isHot ? 'font-semibold text-high' : 'text-ink-3')}>
          {count}
          {isHot && <span className="sr-only"> open</span>}
        </span>
      ) : null}
    </Link>
  );
}

/** Where everything is, at the desk: 200 px, 56 below 1180; absent on a phone. */
export function Sidebar() {
  const current = placeOf(usePathname())?.key;
  return (
    <aside className="sticky top-0 hidden h-screen flex-col overflow-y-auto border-r border-line px-2 pb-2 md:flex print:hidden">
      <Link
        href="/"
        className="flex h-(--size-topbar) flex-none items-center gap-2 px-2 font-semibold tracking-[-0.01em] hover:no-underline max-desk:justify-center max-desk:[&>span]:sr-only"
      >
        <Brand />
      </Link>
      <PortfolioSwitch />
      <nav aria-label="Main" className="flex flex-1 flex-col">
        {PLACES.map((place) => (
          <PlaceLink key={place.key} place={place} current={current} />
        ))}
        <hr className="m-2 border-line" />
        {RECORDS.map((place) => (
          <PlaceLink key={place.key} place={place} current={current} />
        ))}
        <div className="min-h-4 flex-1" />
        <PlaceLink place={SETTINGS} current={current} />
      </nav>
      <div className="mt-2 flex items-center gap-2 border-t border-line pt-2 max-desk:flex-col">
        <UserMenu />
        <ThemeButton />
      </div>
    </aside>
  );
}
