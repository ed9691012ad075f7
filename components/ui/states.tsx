import type { ReactNode } from 'react';
import type { Instant } from './instant';
import { Note } from './note';
import { Status } from './status';
import { Age } from './time';

/** Nothing yet: what it would be, and the button that makes the first one. */
export function EmptyState({
  title,
  children,
  action,
}: {
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className="py-1">
      <div className="font-medium">{title}</div>
      {children && <div className="mt-0.5 max-w-[74ch] text-ink-2">{children}</div>}
      {action && <div className="mt-2.5 flex flex-wrap gap-2">{action}</div>}
    </div>
  );
}

/** Nothing, and that is good news: says when it was checked, so that silence is not mistaken for health. */
export function AllWell({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className="py-1">
      <Status kind="within">
        <span className="text-ink">{title}</span>
      </Status>
      {children && <div className="mt-1 text-xs text-ink-2">{children}</div>}
    </div>
  );
}

/** One region failed; the rest of the page works. */
export function ErrorState({
  title,
  children,
  action,
}: {
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <Note tone="high" role="alert" title={title} action={action}>
      {children}
    </Note>
  );
}

/** The value is kept, dimmed and dashed, with the age that made it unknown. */
export function StaleState({ at, maxAgeMs, children }: { at: Instant; maxAgeMs?: number; children?: ReactNode }) {
  return (
    <div>
      <Status kind="unknown" detail={<Age at={at} maxAgeMs={maxAgeMs} long suffix="old" />} />
      {children && <div className="mt-1 text-xs text-ink-3">{children}</div>}
    </div>
  );
}

const WIDTHS = ['62%', '84%', '48%', '70%', '56%', '78%'];

/** First load only, after 300 ms, at the height of the rows to come. */
export function Skeleton({ label, rows = 4 }: { label: string; rows?: number }) {
  return (
    <div aria-busy="true" className="grid animate-[appear_300ms_step-end] px-4 py-2">
      <span className="sr-only">Loading {label}</span>
      {Array.from({ length: rows }, (_, row) => row).map((row) => (
        <div key={row} className="flex h-(--size-row) items-center">
          <div className="h-2.5 rounded-xs bg-raised" style={{ width: WIDTHS[row % WIDTHS.length] }} />
        </div>
      ))}
    </div>
  );
}
