import type { ReactNode } from 'react';
import { cx } from './cx';

/** One figure with its name, unit and what it is compared with. Stale: kept, dimmed and dashed. */
export function Stat({
  label,
  value,
  unit,
  detail,
  stale = false,
}: {
  label: ReactNode;
  value: ReactNode;
  unit?: ReactNode;
  detail?: ReactNode;
  stale?: boolean;
}) {
  return (
    <div className="min-w-0 px-4 pt-2.5 pb-2.75">
      <div className="text-xs text-ink-3">{label}</div>
      <div
        className={cx(
          'text-xl font-medium tracking-[-0.02em] whitespace-nowrap phone:text-lg',
          stale && 'text-ink-3 underline decoration-dashed decoration-1 underline-offset-4',
        )}
      >
        {value}
        {unit && <small className="ml-1 text-xs font-normal tracking-normal text-ink-3">{unit}</small>}
      </div>
      {detail && <div className="text-xs text-ink-2">{detail}</div>}
    </div>
  );
}

/** Names and values in two columns. */
export function Facts({
  items,
  right = false,
}: {
  items: readonly { name: ReactNode; value: ReactNode; key?: string }[];
  right?: boolean;
}) {
  return (
    <dl className="grid grid-cols-[max-content_minmax(0,1fr)] gap-x-4 gap-y-1.25">
      {items.map((item, index) => (
        <div key={item.key ?? index} className="contents">
          <dt className="text-ink-3">{item.name}</dt>
          <dd className={cx('min-w-0 wrap-anywhere', right && 'text-right')}>{item.value}</dd>
        </div>
      ))}
    </dl>
  );
}
