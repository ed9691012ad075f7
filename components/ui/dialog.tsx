'use client';
import { Dialog as Base } from '@base-ui/react/dialog';
import type { ReactNode } from 'react';
import { cx } from './cx';
import { Glyph } from './glyph';
import { Kbd } from './status';

type Common = {
  open: boolean;
  onOpenChange: (open: boolean) => void;
  title: ReactNode;
  /** Under the title: what it concerns. */
  description?: ReactNode;
  children: ReactNode;
  /** Buttons, the one that goes on last. */
  footer?: ReactNode;
};

function Head({ title, description }: Pick<Common, 'title' | 'description'>) {
  return (
    <header className="flex items-start gap-3 border-b border-line px-5 py-3.5 phone:px-4">
      <div className="min-w-0 flex-1">
        <Base.Title className="text-sm font-semibold">{title}</Base.Title>
        {description && <Base.Description className="text-xs text-ink-3">{description}</Base.Description>}
      </div>
      <Base.Close
        aria-label="Close, Esc"
        className="inline-flex h-6 items-center rounded-sm text-ink-2 hover:text-ink phone:-mt-2 phone:-mr-2 phone:size-11 phone:justify-center"
      >
        <Glyph name="close" className="md:hidden" size="lg" />
        <span className="phone:hidden">
          <Kbd>Esc</Kbd>
        </span>
      </Base.Close>
    </header>
  );
}

const Footer = ({ children }: { children: ReactNode }) => (
  <footer className="flex flex-wrap items-center justify-end gap-2 border-t border-line px-5 py-3 phone:px-4 phone:pb-[max(12px,env(safe-area-inset-bottom))]">
    {children}
  </footer>
);

/**
 * Docks right beside the evidence it asks about, which stays readable and scrollable; full screen on a phone.
 * A press outside does not close it, so nothing typed is lost.
 */
export function Panel({
  open,
  onOpenChange,
  title,
  description,
  children,
  footer,
  wide = false,
}: Common & { wide?: boolean }) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange} modal="trap-focus" disablePointerDismissal>
      <Base.Portal>
        <Base.Popup
          className={cx(
            'fixed inset-y-0 right-0 z-30 flex w-full flex-col bg-overlay shadow-overlay transition-transform duration-(--duration-sheet) ease-out data-ending-style:translate-x-full data-starting-style:translate-x-full',
            wide ? 'md:w-160' : 'md:w-105',
          )}
        >
          <Head title={title} description={description} />
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-3.5 phone:px-4">{children}</div>
          {footer && <Footer>{footer}</Footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** A short question that concerns the whole page. For anything that asks about evidence use Panel. */
export function Dialog({ open, onOpenChange, title, description, children, footer }: Common) {
  return (
    <Base.Root open={open} onOpenChange={onOpenChange}>
      <Base.Portal>
        <Base.Backdrop className="fixed inset-0 z-30 bg-scrim transition-opacity duration-(--duration-quick) data-ending-style:opacity-0 data-starting-style:opacity-0" />
        <Base.Popup className="fixed top-[12vh] left-1/2 z-30 flex max-h-[76vh] w-120 max-w-[calc(100vw-32px)] -translate-x-1/2 flex-col rounded-lg bg-overlay shadow-overlay transition-opacity duration-(--duration-quick) data-ending-style:opacity-0 data-starting-style:opacity-0 phone:inset-0 phone:max-h-none phone:w-full phone:max-w-none phone:translate-x-0 phone:rounded-none">
          <Head title={title} description={description} />
          <div className="min-h-0 flex-1 overflow-y-auto px-5 py-3.5 phone:px-4">{children}</div>
          {footer && <Footer>{footer}</Footer>}
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  );
}

/** What a person attests, word for word. */
export function Statement({ children }: { children: ReactNode }) {
  return <blockquote className="border-l-2 border-ink py-0.5 pl-3 text-base">{children}</blockquote>;
}
