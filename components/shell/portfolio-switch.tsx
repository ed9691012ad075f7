'use client';
import Link from 'next/link';
import { usePathname, useRouter } from 'next/navigation';
import { useTransition } from 'react';
import { Glyph } from '../ui/glyph';
import { Menu, MenuRadioGroup, MenuRadioItem, MenuRadioMark, menuItem } from './menu';
import { rememberPortfolio, usePortfolio, usePortfolios } from './portfolio';

const FRAME =
  'mb-2 flex w-full items-center gap-2 rounded-sm border border-line bg-surface px-2 py-1.25 text-left md:max-desk:justify-center md:max-desk:px-0 phone:min-h-12';

/** Addresses of one thing of one portfolio, such as `/launches/<id>`: another choice leads away from them. */
const OF_ONE_PORTFOLIO = /^\/(launches|strategies|alerts|emergency|incidents|reports)\/(?!new)./;

/** Which portfolio the pages are about. */
export function PortfolioSwitch() {
  const chosen = usePortfolio();
  const all = usePortfolios();
  const router = useRouter();
  const pathname = usePathname();
  const [isSwitching, switching] = useTransition();
  if (!chosen)
    return (
      <Link href="/settings/portfolios" className={FRAME}>
        <Glyph name="plus" size="sm" />
        <span className="md:max-desk:sr-only">Create a portfolio</span>
      </Link>
    );
  const choose = (id: string) => {
    rememberPortfolio(id);
    const list = OF_ONE_PORTFOLIO.exec(pathname)?.[1];
    switching(() => {
      if (list) router.push(`/${list}`);
      router.refresh();
    });
  };
  return (
    <Menu
      trigger={
        <button type="button" className={FRAME} aria-busy={isSwitching || undefined}>
          <span className="sr-only">Portfolio </span>
          <span className="min-w-0 flex-1 md:max-desk:sr-only">
            <span className="block truncate font-medium">{chosen.name}</span>
            <span className="block truncate text-2xs text-ink-3">
              {chosen.baseCurrency} · {chosen.timeZone}
            </span>
          </span>
          <Glyph name="updown" size="sm" />
        </button>
      }
    >
      <MenuRadioGroup value={chosen.id} onValueChange={choose}>
        {all.map((portfolio) => (
          <MenuRadioItem key={portfolio.id} value={portfolio.id} closeOnClick className={menuItem}>
            <span className="w-3.5">
              <MenuRadioMark>
                <Glyph name="check" />
              </MenuRadioMark>
            </span>
            <span className="min-w-0 flex-1">
              <span className="block truncate">{portfolio.name}</span>
              <span className="block text-2xs text-ink-3">
                {portfolio.baseCurrency} · {portfolio.timeZone}
              </span>
            </span>
          </MenuRadioItem>
        ))}
      </MenuRadioGroup>
    </Menu>
  );
}
