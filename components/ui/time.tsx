'use client';
import { useNow, useViewerZone, useZone } from './clock';
import { cx } from './cx';
import { formatAge, formatCountdown, formatDuration } from './format';
import { formatDay, formatInstant, formatUtc, type Instant, toMillis } from './instant';

type TimeProps = {
  at: Instant;
  seconds?: boolean;
  withDate?: boolean;
  /** Leave out the zone where the column head says it. */
  bare?: boolean;
  /** Only the day. */
  day?: boolean;
  className?: string;
};

/** An instant in the portfolio's zone; UTC and the viewer's own zone in the tooltip. */
export function Time({ at, seconds, withDate, bare, day, className }: TimeProps) {
  const zone = useZone();
  const now = useNow();
  const viewer = useViewerZone();
  const own = viewer && viewer !== zone ? ` · ${formatInstant(at, { zone: viewer, now, withDate: true })}` : '';
  return (
    <time
      dateTime={new Date(toMillis(at)).toISOString()}
      title={formatUtc(at) + own}
      className={cx('whitespace-nowrap', className)}
      suppressHydrationWarning
    >
      {day ? formatDay(at, { zone, now }) : formatInstant(at, { zone, now, seconds, withDate, bare })}
    </time>
  );
}

/** True once a value is older than it may be; false while it has no maximum. */
export function useStale(at: Instant | null | undefined, maxAgeMs: number | null | undefined): boolean {
  const now = useNow();
  return at != null && maxAgeMs != null && now - toMillis(at) > maxAgeMs;
}

type AgeProps = {
  at: Instant;
  /** Over this the age is drawn as stale. */
  maxAgeMs?: number | null;
  /** `6 min 10 s` instead of `6 min`. */
  long?: boolean;
  suffix?: string;
  className?: string;
};

/** How old a value is, ticking each second from server time. */
export function Age({ at, maxAgeMs, long, suffix, className }: AgeProps) {
  const now = useNow();
  const ageMs = now - toMillis(at);
  const stale = useStale(at, maxAgeMs);
  return (
    <time
      dateTime={new Date(toMillis(at)).toISOString()}
      title={formatUtc(at)}
      className={cx('whitespace-nowrap', stale && 'text-ink underline decoration-dashed underline-offset-4', className)}
      suppressHydrationWarning
    >
      {long ? formatDuration(ageMs < 1000 ? 0 : ageMs) : formatAge(ageMs)}
      {suffix && ` ${suffix}`}
      {stale && <span className="sr-only"> stale</span>}
    </time>
  );
}

/** What is left until an instant: `3:43`. */
export function Countdown({ until, className }: { until: Instant; className?: string }) {
  const now = useNow();
  return (
    <span role="timer" className={className} suppressHydrationWarning>
      {formatCountdown(toMillis(until) - now)}
    </span>
  );
}
