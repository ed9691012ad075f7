'use client';
import { Toast as Base } from '@base-ui/react/toast';
import { cx } from './cx';
import { Glyph, type GlyphName } from './glyph';
import { TONE, type Tone } from './tone';

type ToastData = { tone: Tone };
const manager = Base.createToastManager<ToastData>();
const GLYPH: Record<Tone, GlyphName> = {
  ok: 'ok',
  run: 'run',
  warn: 'warn',
  high: 'fail',
  crit: 'crit',
  off: 'unknown',
};

/**
 * A short word after the server has answered, when the page itself does not show the change. Never instead of showing a
 * refusal where the press was made.
 */
export function toast(title: string, { tone = 'ok', detail }: { tone?: Tone; detail?: string } = {}) {
  manager.add({ title, description: detail, data: { tone }, timeout: tone === 'ok' ? 5000 : 10_000 });
}

function Toasts() {
  const { toasts } = Base.useToastManager<ToastData>();
  return toasts.map((shown) => {
    const tone = shown.data?.tone ?? 'off';
    return (
      <Base.Root
        key={shown.id}
        toast={shown}
        className={cx(
          TONE[tone],
          'flex w-full items-start gap-2.5 rounded-md border-l-3 border-(--s) bg-overlay px-3 py-2.5 shadow-overlay',
        )}
      >
        <Glyph name={GLYPH[tone]} className="mt-0.75 text-(--s)" />
        <div className="min-w-0 flex-1">
          <Base.Title className="font-medium" />
          <Base.Description className="text-xs text-ink-2" />
        </div>
        <Base.Close
          aria-label="Dismiss"
          className="inline-grid size-6 flex-none place-items-center rounded-sm text-ink-2 phone:size-11"
        >
          <Glyph name="close" size="sm" />
        </Base.Close>
      </Base.Root>
    );
  });
}

/** Where toasts appear; once, in the shell. */
export function ToastRegion() {
  return (
    <Base.Provider toastManager={manager}>
      <Base.Portal>
        <Base.Viewport className="fixed right-4 bottom-4 z-50 flex w-90 max-w-[calc(100vw-32px)] flex-col gap-2 phone:right-4 phone:bottom-[calc(var(--size-bottombar)+12px)]">
          <Toasts />
        </Base.Viewport>
      </Base.Portal>
    </Base.Provider>
  );
}
