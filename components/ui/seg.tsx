'use client';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { cx } from './cx';

const FRAME = 'relative inline-flex max-w-full overflow-x-auto rounded-sm border border-line-strong';
const PART =
  'inline-flex h-6.5 items-center gap-1.25 border-r border-line-strong px-2.5 text-xs font-medium whitespace-nowrap text-ink-2 last:border-r-0 hover:no-underline focus-visible:-outline-offset-2 phone:min-h-11 phone:px-3.5';
const CURRENT = 'bg-overlay text-ink shadow-[inset_0_-2px_0_var(--color-ink)]';

export type SegOption<V extends string> = { value: V; label: ReactNode };

/** A few views of the same thing; one is on. */
export function Seg<V extends string>({
  label,
  options,
  value,
  onChange,
}: {
  label: string;
  options: readonly SegOption<V>[];
  value: V;
  onChange: (value: V) => void;
}) {
  return (
    <fieldset aria-label={label} className={FRAME}>
      {options.map((option) => (
        <button
          key={option.value}
          type="button"
          aria-pressed={option.value === value}
          onClick={() => onChange(option.value)}
          className={cx(PART, option.value === value && CURRENT)}
        >
          {option.label}
        </button>
      ))}
    </fieldset>
  );
}

/** The same as links, where each view has its address. */
export function SegLinks({
  label,
  options,
  current,
}: {
  label: string;
  options: readonly { href: string; label: ReactNode; key: string }[];
  current: string;
}) {
  return (
    <nav aria-label={label} className={FRAME}>
      {options.map((option) => (
        <Link
          key={option.key}
          href={option.href}
          aria-current={option.key === current ? 'page' : undefined}
          className={cx(PART, option.key === current && CURRENT)}
        >
          {option.label}
        </Link>
      ))}
    </nav>
  );
}
