import type { ReactNode } from 'react';
import { cx } from './cx';
import { TONE, type Tone } from './tone';

export type Column<Row> = {
  key: string;
  head: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Numbers stand right. */
  numeric?: boolean;
  /** Left out on a phone, where the row has another place for it or none. */
  deskOnly?: boolean;
  className?: string;
};

export type TableProps<Row> = {
  /** Names the table and its scroll region. */
  label: string;
  columns: readonly Column<Row>[];
  rows: readonly Row[];
  rowKey: (row: Row) => string;
  /** Coloured edge of rows that need someone. */
  rowTone?: (row: Row) => Tone | undefined;
  selectedKey?: string;
  /** Heading between rows, shown where it changes. */
  group?: (row: Row) => { key: string; head: ReactNode };
  /** Instead of rows when there are none. */
  empty?: ReactNode;
  top?: boolean;
};

/** Dense rows of 32 px. Wider than its region it scrolls there; the page never does. */
export function Table<Row>({ label, columns, rows, rowKey, rowTone, selectedKey, group, empty, top }: TableProps<Row>) {
  if (rows.length === 0 && empty) return <div className="px-4 pb-3.5">{empty}</div>;
  return (
    <TableFrame label={label}>
      <thead>
        <tr>
          {columns.map((column) => (
            <Th
              key={column.key}
              numeric={column.numeric}
              className={cx(column.deskOnly && 'phone:hidden', column.className)}
            >
              {column.head}
            </Th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) => {
          const key = rowKey(row);
          const heading = group?.(row);
          const before = rows[index - 1];
          const startsGroup = heading && (before === undefined || group?.(before).key !== heading.key);
          return [
            startsGroup && <GroupRow key={`group-${heading.key}`} span={columns.length} head={heading.head} />,
            <Tr key={key} tone={rowTone?.(row)} selected={key === selectedKey}>
              {columns.map((column) => (
                <Td
                  key={column.key}
                  numeric={column.numeric}
                  className={cx(top && 'align-top', column.deskOnly && 'phone:hidden', column.className)}
                >
                  {column.cell(row)}
                </Td>
              ))}
            </Tr>,
          ];
        })}
      </tbody>
    </TableFrame>
  );
}

/** A table in its own scroll region, for rows written by hand. */
export function TableFrame({ label, children }: { label: string; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard (WCAG 2.1.1).
    <section aria-label={label} tabIndex={0} className="relative overflow-x-auto focus-visible:-outline-offset-2">
      <table aria-label={label} className="w-full border-collapse">
        {children}
      </table>
    </section>
  );
}

type CellProps = { children?: ReactNode; numeric?: boolean; className?: string; colSpan?: number };

export function Th({ children, numeric, className, colSpan }: CellProps) {
  return (
    <th
      scope="col"
      colSpan={colSpan}
      className={cx(
        'h-7 border-b border-line px-2 text-left text-xs font-medium whitespace-nowrap text-ink-3 first:pl-4 last:pr-4',
        numeric && 'text-right',
        className,
      )}
    >
      {children}
    </th>
  );
}

export function Td({ children, numeric, className, colSpan }: CellProps) {
  return (
    <td
      colSpan={colSpan}
      className={cx(
        'h-(--size-row) border-b border-line px-2 py-1.25 align-middle group-last/row:border-b-0 first:pl-4 last:pr-4',
        numeric && 'text-right',
        className,
      )}
    >
      {children}
    </td>
  );
}

export function Tr({ children, tone, selected }: { children: ReactNode; tone?: Tone; selected?: boolean }) {
  return (
    <tr
      data-row
      aria-current={selected || undefined}
      className={cx(
        tone && TONE[tone],
        'group/row hover:bg-raised phone:h-11',
        selected && 'bg-raised [&>td:first-child]:shadow-[inset_2px_0_0_var(--color-ink)]',
        tone && !selected && '[&>td:first-child]:shadow-[inset_2px_0_0_var(--s)]',
      )}
    >
      {children}
    </tr>
  );
}

export function GroupRow({ span, head }: { span: number; head: ReactNode }) {
  return (
    <tr>
      <th
        scope="rowgroup"
        colSpan={span}
        className="h-7 border-b border-line bg-canvas px-4 text-left text-xs font-semibold text-ink-2"
      >
        {head}
      </th>
    </tr>
  );
}
