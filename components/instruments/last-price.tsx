'use client';
import type { RegisterRow } from '@/server/risk/instruments/register-view-store';
import { Num } from '../ui/number';
import { Age } from '../ui/time';

/** The newest price that is kept of an instrument, with its age or its day; unknown where there is none. */
export function LastPrice({ last }: { last: RegisterRow['last'] }) {
  if (!last) return <Num value={null} />;
  return (
    <span className="whitespace-nowrap">
      <Num value={last.price} digits={8} minDigits={2} />{' '}
      <span className="text-xs text-ink-3">{last.at ? <Age at={last.at} suffix="ago" /> : `close ${last.day}`}</span>
    </span>
  );
}
