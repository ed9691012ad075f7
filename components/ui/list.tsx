import Link from 'next/link';
import type { ReactNode } from 'react';
import { cx } from './cx';
import { Glyph } from './glyph';
import { STATUS, type StatusKind } from './status';
import { TONE, type Tone } from './tone';

export function List({ label, children }: { label?: string; children: ReactNode }) {
  return (
    <ul aria-label={label} className="[&>li:first-child]:border-t-0">
      {children}
    </ul>
  );
}

/** One row that someone may have to act on: mark, what, where and since when, and the one button at its end. */
export function ListRow({
  kind,
  tone,
  title,
  meta,
  end,
  href,
  hot = false,
}: {
  kind: StatusKind;
  tone?: Tone;
  title: ReactNode;
  meta?: ReactNode;
  /** A button, an age. */
  end?: ReactNode;
  /** The row's address; its title becomes the link. */
  href?: string;
  /** On its tint, for what burns. */
  hot?: boolean;
}) {
  const known = STATUS[kind];
  return (
    <li
      data-row
      className={cx(
        TONE[tone ?? known.tone],
        'relative flex items-start gap-2.5 border-t border-line px-4 py-2 phone:min-h-(--size-row-touch) phone:py-3',
        hot ? 'border-l-2 border-l-(--s) bg-(--st) [--icon-cut:var(--st)]' : 'hover:bg-raised',
      )}
    >
      <span className="flex-none pt-0.5 leading-0 text-(--s)">
        <Glyph name={known.glyph} size="lg" className="phone:size-5" />
        <span className="sr-only">{known.word}. </span>
      </span>
      <div className="min-w-0 flex-1">
        <div className="leading-4.5 font-medium phone:text-base">
          {href ? (
            <Link href={href} className="after:absolute after:inset-0 hover:no-underline">
              {title}
            </Link>
          ) : (
            title
          )}
        </div>
        {meta && <div className="mt-px text-xs text-ink-3">{meta}</div>}
      </div>
      {end && <div className="relative z-1 flex flex-none flex-col items-end gap-1 text-xs text-ink-3">{end}</div>}
    </li>
  );
}
