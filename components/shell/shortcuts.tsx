'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { Dialog } from '../ui/dialog';
import { Checkbox } from '../ui/field';
import { Kbd } from '../ui/status';
import { KEY_LIST, meaningOf } from './keys';
import { onShellEvent, openPalette } from './shell-events';
import { useThemeToggle } from './theme-button';

const STORED = 'going-live.single-keys';
const PREFIX_MS = 1200;

const watchStorage = (listener: () => void) => {
  window.addEventListener('storage', listener);
  return () => window.removeEventListener('storage', listener);
};

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

const isOverlayOpen = () => document.querySelector('[role="dialog"], [role="alertdialog"], [role="menu"]') !== null;

/** Rows of the page that `j` and `k` walk: each moves the focus to what opens the row. */
function walkRows(step: 1 | -1) {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')].filter(
    (row) => row.offsetParent !== null,
  );
  const current = rows.findIndex((row) => row.contains(document.activeElement));
  const next = rows[current === -1 ? (step === 1 ? 0 : rows.length - 1) : current + step];
  next?.querySelector<HTMLElement>('a, button')?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

/** Presses what the page marks with `data-shortcut`: in the focused row first, else the first on the page. */
function pressMarked(shortcut: string) {
  const selector = `[data-shortcut="${shortcut}"]`;
  const row = document.activeElement?.closest('[data-row]');
  (row?.querySelector<HTMLElement>(selector) ?? document.querySelector<HTMLElement>(`main ${selector}`))?.click();
}

/** The keyboard of the console, its list and its switch. */
export function Shortcuts() {
  const router = useRouter();
  const toggleTheme = useThemeToggle();
  const [showsList, setShowsList] = useState(false);
  const gAt = useRef(0);
  const stored = useSyncExternalStore(
    watchStorage,
    () => localStorage.getItem(STORED) !== 'off',
    () => true,
  );
  const [chosen, setChosen] = useState<boolean | null>(null);
  const singleKeys = chosen ?? stored;

  useEffect(() => onShellEvent('shortcuts', () => setShowsList(true)), []);

  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.defaultPrevented || isOverlayOpen()) return;
      const afterG = Date.now() - gAt.current < PREFIX_MS;
      const meaning = meaningOf(event, { afterG, isTyping: isTyping(event.target), singleKeys });
      gAt.current = 0;
      if (!meaning) return;
      event.preventDefault();
      switch (meaning.kind) {
        case 'palette':
          return openPalette();
        case 'shortcuts':
          return setShowsList(true);
        case 'theme':
          return toggleTheme();
        case 'emergency':
          return router.push('/emergency');
        case 'go':
          return router.push(meaning.href);
        case 'prefix':
          gAt.current = Date.now();
          return;
        case 'next':
          return walkRows(1);
        case 'previous':
          return walkRows(-1);
        case 'press':
          return pressMarked(meaning.shortcut);
      }
    };
    window.addEventListener('keydown', press);
    return () => window.removeEventListener('keydown', press);
  }, [router, toggleTheme, singleKeys]);

  const store = (on: boolean) => {
    localStorage.setItem(STORED, on ? 'on' : 'off');
    setChosen(on);
  };
  return (
    <Dialog open={showsList} onOpenChange={setShowsList} title="Keyboard shortcuts">
      <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-6 gap-y-1.5">
        {KEY_LIST.map(({ keys, does }) => (
          <div key={keys} className="contents">
            <dt>
              <Kbd>{keys}</Kbd>
            </dt>
            <dd className="text-ink-2">{does}</dd>
          </div>
        ))}
      </dl>
      <div className="mt-4 border-t border-line pt-3">
        <Checkbox checked={singleKeys} onChange={(event) => store(event.target.checked)}>
          Single keys act in this browser. Off leaves ⌘K and Esc.
        </Checkbox>
      </div>
    </Dialog>
  );
}
