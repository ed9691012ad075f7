import Link from 'next/link';
import type { ReactNode } from 'react';
import { cx } from './cx';

/** Title of a page with its tag, its facts and its buttons. */
export function PageHeader({
  title,
  tags,
  children,
  actions,
}: {
  title: ReactNode;
  tags?: ReactNode;
  /** Facts under the title. */
  children?: ReactNode;
  actions?: ReactNode;
}) {
  return (
    <header className="grid grid-cols-[minmax(14rem,1fr)_minmax(0,auto)] items-center gap-x-3 gap-y-1 border-b border-line bg-surface px-4 pt-3.5 pb-3 phone:grid-cols-1">
      <div className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-2">
        <h1 className="min-w-0 text-xl font-semibold tracking-[-0.015em] wrap-anywhere">{title}</h1>
        {tags}
      </div>
      {actions && (
        <div className="flex flex-wrap items-center justify-end gap-2 phone:order-last phone:mt-1.5 phone:justify-start">
          {actions}
        </div>
      )}
      {children && (
        <div className="col-span-full flex flex-wrap gap-x-5 gap-y-1 text-xs text-ink-3 phone:items-center">
          {children}
        </div>
      )}
    </header>
  );
}

/** Sub-pages of one thing, each with its address. */
export function Tabs({
  label,
  tabs,
  current,
}: {
  label: string;
  tabs: readonly { href: string; label: ReactNode; key: string }[];
  current: string;
}) {
  return (
    <nav aria-label={label} className="relative flex gap-5 overflow-x-auto border-b border-line bg-surface px-4">
      {tabs.map((tab) => (
        <Link
          key={tab.key}
          href={tab.href}
          aria-current={tab.key === current ? 'page' : undefined}
          className={cx(
            'flex items-center border-b-2 py-2 font-medium whitespace-nowrap hover:text-ink hover:no-underline phone:min-h-11',
            tab.key === current ? 'border-ink text-ink' : 'border-transparent text-ink-2',
          )}
        >
          {tab.label}
        </Link>
      ))}
    </nav>
  );
}

const GRID = 'grid gap-px border-b border-line bg-line [&>*]:min-w-0 [&>*]:bg-surface';

const COLUMNS = {
  1: 'grid-cols-1',
  2: 'grid-cols-1 md:grid-cols-2',
  3: 'grid-cols-1 md:grid-cols-2 desk:grid-cols-3',
  4: 'grid-cols-2 md:grid-cols-4',
} as const;

/** Regions side by side, one hairline between neighbours. */
export function Columns({ count = 1, children }: { count?: keyof typeof COLUMNS; children: ReactNode }) {
  return <div className={cx(GRID, COLUMNS[count])}>{children}</div>;
}

/**
 * A main column and a side of 376 px (316-504). Below 1180 px the side goes under; on a phone it comes first unless
 * `sideLast`. Each child of either is a Region.
 */
export function MainAndSide({
  main,
  side,
  sideWidth = 376,
  sideLast = false,
}: {
  main: ReactNode;
  side: ReactNode;
  sideWidth?: 316 | 376 | 440 | 504;
  sideLast?: boolean;
}) {
  const width = {
    316: 'desk:grid-cols-[minmax(0,1fr)_316px]',
    376: 'desk:grid-cols-[minmax(0,1fr)_376px]',
    440: 'desk:grid-cols-[minmax(0,1fr)_440px]',
    504: 'desk:grid-cols-[minmax(0,1fr)_504px]',
  }[sideWidth];
  const column = 'flex flex-col gap-px !bg-line [&>*]:min-w-0 [&>*]:bg-surface [&>*:last-child]:flex-1';
  return (
    <div className={cx(GRID, 'flex-1 grid-cols-1', width)}>
      <div className={column}>{main}</div>
      <div className={cx(column, !sideLast && 'phone:order-first')}>{side}</div>
    </div>
  );
}

/** A ruled part of a page with its own head. `flush` for a table or list that runs to the edge. */
export function Region({
  title,
  tags,
  end,
  flush = false,
  children,
  className,
  id,
}: {
  title: ReactNode;
  tags?: ReactNode;
  /** Right of the head: what it is as of, a link. */
  end?: ReactNode;
  flush?: boolean;
  children: ReactNode;
  className?: string;
  id?: string;
}) {
  return (
    <section id={id} className={cx('min-w-0 bg-surface', className)}>
      <header className="flex min-h-10 flex-wrap items-center gap-x-2 gap-y-1 px-4 py-1.5">
        <h2 className="text-sm font-semibold tracking-[-0.005em]">{title}</h2>
        {tags}
        {end && <div className="ml-auto flex flex-wrap items-center gap-2 text-xs text-ink-3">{end}</div>}
      </header>
      {flush ? children : <div className="px-4 pb-3.5">{children}</div>}
    </section>
  );
}

/** A link inside text or a head. */
export function TextLink({ href, children, className }: { href: string; children: ReactNode; className?: string }) {
  return (
    <Link
      href={href}
      className={cx(
        'text-run underline-offset-3 hover:underline phone:inline-flex phone:min-h-11 phone:items-center',
        className,
      )}
    >
      {children}
    </Link>
  );
}
