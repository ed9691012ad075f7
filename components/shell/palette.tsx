'use client';
import { Dialog as Base } from '@base-ui/react/dialog';
import { Command } from 'cmdk';
import { useRouter } from 'next/navigation';
import { type ReactNode, useEffect, useState } from 'react';
import { Glyph, type GlyphName } from '../ui/glyph';
import { Kbd } from '../ui/status';
import { ALL_PLACES } from './navigation';
import { rememberPortfolio, usePortfolio, usePortfolios } from './portfolio';
import { onShellEvent, openShortcuts } from './shell-events';
import { useSignOut } from './sign-out';
import { useThemeToggle } from './theme-button';
import { useFound } from './use-found';

const ROW =
  'flex min-h-9 cursor-pointer items-center gap-2.5 rounded-sm px-3 py-1 data-[selected=true]:bg-raised phone:min-h-11';

function Row({
  glyph,
  children,
  detail,
  keys,
  value,
  onSelect,
}: {
  glyph: GlyphName;
  children: ReactNode;
  detail?: string;
  keys?: string;
  value: string;
  onSelect: () => void;
}) {
  return (
    <Command.Item value={value} onSelect={onSelect} className={ROW}>
      <Glyph name={glyph} className="text-ink-3" />
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {detail && <span className="truncate text-xs text-ink-3">{detail}</span>}
      {keys && <Kbd>{keys}</Kbd>}
    </Command.Item>
  );
}

const GROUP =
  '[&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:text-ink-3';

/** Search and go: ⌘K or /. It goes to places and opens things; it never decides anything. */
export function Palette() {
  const [open, setOpen] = useState(false);
  useEffect(() => onShellEvent('palette', () => setOpen(true)), []);
  return (
    <Base.Root open={open} onOpenChange={setOpen}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-40 bg-scrim" />
        <Base.Popup
          aria-label="Search or go to"
          className="fixed top-[12vh] left-1/2 z-40 w-140 max-w-[calc(100vw-32px)] -translate-x-1/2 overflow-hidden rounded-lg bg-overlay shadow-overlay phone:inset-0 phone:w-full phone:max-w-none phone:translate-x-0 phone:rounded-none"
        >
          <Finder close={() => setOpen(false)} />
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

function Finder({ close }: { close: () => void }) {
  const router = useRouter();
  const toggleTheme = useThemeToggle();
  const leave = useSignOut();
  const portfolios = usePortfolios();
  const chosen = usePortfolio();
  const found = useFound();
  const go = (href: string) => () => {
    close();
    router.push(href);
  };
  const then = (work: () => void) => () => {
    close();
    work();
  };
  return (
    <Command label="Search or go to" loop>
      <div className="flex items-center gap-2.5 border-b border-line px-4">
        <Glyph name="find" className="text-ink-3" />
        <Command.Input placeholder="Search or go to" className="h-12 flex-1 bg-transparent text-lg outline-none" />
        <Base.Close aria-label="Close, Esc" className="inline-flex items-center phone:size-11 phone:justify-center">
          <Kbd>Esc</Kbd>
        </Base.Close>
      </div>
      <Command.List className="max-h-[60vh] overflow-y-auto p-1 phone:max-h-[calc(100dvh-49px)]">
        <Command.Empty className="px-3 py-4 text-ink-2">
          Nothing matches. Try a number such as L-0042, or a name.
        </Command.Empty>
        <Command.Group heading="Go to" className={GROUP}>
          {ALL_PLACES.map((place) => (
            <Row
              key={place.key}
              value={`go ${place.label}`}
              glyph={place.glyph}
              keys={place.go && `g ${place.go}`}
              onSelect={go(place.href)}
            >
              {place.label}
            </Row>
          ))}
        </Command.Group>
        {found.length > 0 && (
          <Command.Group heading="Open" className={GROUP}>
            {found.map((one) => (
              <Row
                key={one.key}
                value={`${one.title} ${one.detail} ${one.key}`}
                glyph={one.glyph}
                detail={one.detail}
                onSelect={go(one.href)}
              >
                {one.title}
              </Row>
            ))}
          </Command.Group>
        )}
        {portfolios.length > 1 && (
          <Command.Group heading="Portfolio" className={GROUP}>
            {portfolios.map((portfolio) => (
              <Row
                key={portfolio.id}
                value={`portfolio ${portfolio.name}`}
                glyph={portfolio.id === chosen?.id ? 'check' : 'updown'}
                detail={portfolio.baseCurrency}
                onSelect={then(() => {
                  rememberPortfolio(portfolio.id);
                  router.refresh();
                })}
              >
                {portfolio.name}
              </Row>
            ))}
          </Command.Group>
        )}
        <Command.Group heading="Do" className={GROUP}>
          <Row value="switch theme dark light" glyph="sun" keys="t" onSelect={then(toggleTheme)}>
            Switch theme
          </Row>
          <Row value="keyboard shortcuts help" glyph="menu" keys="?" onSelect={then(openShortcuts)}>
            Keyboard shortcuts
          </Row>
          <Row value="sign out" glyph="right" onSelect={then(() => leave.mutate())}>
            Sign out
          </Row>
        </Command.Group>
      </Command.List>
    </Command>
  );
}
