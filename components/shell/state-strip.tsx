'use client';
import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';
import { wordsOf } from '../forms/server-error';
import { useLive } from '../live/live-store';
import { Button } from '../ui/button';
import { pageNow, useNow } from '../ui/clock';
import { cx } from '../ui/cx';
import { formatDuration, formatMoney, formatPercent } from '../ui/format';
import { Glyph } from '../ui/glyph';
import { Status } from '../ui/status';
import { Time, useStale } from '../ui/time';
import { TONE } from '../ui/tone';
import { LiveBadge } from './live-badge';
import { usePortfolio, usePortfolios } from './portfolio';
import type { StripData } from './strip-data';
import { useStrip } from './use-strip';

const FRAME =
  'flex min-h-(--size-strip) items-center gap-4 border-b border-line bg-surface px-4 py-1.5 text-xs phone:gap-x-3 phone:py-2 print:hidden';
const LINE = 'flex flex-wrap items-center gap-x-4 gap-y-1 phone:gap-x-3';
const SHOWN = {
  ACTIVE: { glyph: 'active', tone: 'ok' },
  REDUCING: { glyph: 'reduce', tone: 'warn' },
  HALTED: { glyph: 'halt', tone: 'crit' },
} as const;

/** Words and marks that are coloured elsewhere. */
const ON_RED = '[&_*]:!text-on-crit';

const Rule = () => <span className="h-4 w-px bg-line-strong" />;

/** On every page: the trading state, exceptions by name, the day's P&L and as of when; or that the page is not live. */
export function StateStrip() {
  const { status } = useLive();
  const portfolio = usePortfolio();
  const { data, error, refetch } = useStrip();
  const isOneOfMany = usePortfolios().length > 1;
  if (status === 'lost') return <NotLive />;
  if (!portfolio)
    return (
      <div className={FRAME}>
        <Status kind="off">No portfolio yet</Status>
        <Link href="/settings/portfolios" className="text-run">
          Create the first one
        </Link>
      </div>
    );
  if (!data)
    return (
      <div className={FRAME} role="status">
        <Status kind="unknown">Trading state unknown</Status>
        {error && (
          <>
            <span className="text-ink-2">{wordsOf(error)}</span>
            <Button size="sm" onClick={() => refetch()}>
              Ask again
            </Button>
          </>
        )}
      </div>
    );
  return (
    <>
      <Strip data={data} portfolio={isOneOfMany ? portfolio.name : null} />
      <Announcer data={data} />
    </>
  );
}

function Strip({ data, portfolio }: { data: StripData; portfolio: string | null }) {
  const shown = SHOWN[data.state];
  const isHalted = data.state === 'HALTED';
  const quiet = isHalted ? undefined : 'text-ink-2';
  return (
    <section
      aria-label="Trading state"
      className={cx(
        FRAME,
        TONE[shown.tone],
        isHalted && '!bg-crit-solid text-on-crit [--icon-cut:var(--color-crit-solid)]',
      )}
    >
      <div className={cx(LINE, 'min-w-0 flex-1')}>
        <span className="flex items-center gap-3 phone:w-full">
          <span
            className={cx(
              'flex items-center gap-1.75 text-sm font-semibold tracking-[0.01em]',
              !isHalted && 'text-(--s)',
            )}
          >
            <Glyph name={shown.glyph} />
            {data.state}
            {data.scope && <span className="font-normal">{data.scope}</span>}
          </span>
          {portfolio && !data.scope && <span className={cx('md:hidden', quiet)}>{portfolio}</span>}
          <span className={cx('ml-auto md:hidden', isHalted && ON_RED)}>
            <LiveBadge />
          </span>
        </span>
        {data.why ? <Why data={data} isHalted={isHalted} /> : <TakingOrders data={data} />}
        {data.emergency && (
          <Link href={data.emergency.href} className="font-medium underline underline-offset-3">
            Emergency {data.emergency.number} is open
          </Link>
        )}
        {data.exceptions.map((exception) => (
          <Exception key={exception.key} exception={exception} isHalted={isHalted} />
        ))}
        <span className={cx(LINE, 'md:hidden phone:w-full')}>
          <DayPnl data={data} quiet={quiet} />
          <AsOf data={data} isHalted={isHalted} />
        </span>
      </div>
      <div className={cx(LINE, 'flex-none phone:hidden', isHalted && ON_RED)}>
        <DayPnl data={data} quiet={quiet} />
        <Rule />
        <AsOf data={data} isHalted={isHalted} />
      </div>
    </section>
  );
}

function Why({ data, isHalted }: { data: StripData; isHalted: boolean }) {
  return (
    <span className={isHalted ? undefined : 'text-ink-2'}>
      {data.href ? (
        <Link href={data.href} className="underline underline-offset-3">
          {data.why}
        </Link>
      ) : (
        data.why
      )}
      {data.since && (
        <span className="phone:hidden">
          {' '}
          since <Time at={data.since} seconds={false} />
        </span>
      )}
    </span>
  );
}

function TakingOrders({ data: { strategies } }: { data: StripData }) {
  const { total, takingOrders } = strategies;
  return (
    <span className={cx('text-ink-2', total > 0 && takingOrders === total && 'phone:hidden')}>
      {total === 0
        ? 'No strategy is live'
        : `${takingOrders} of ${total} ${total === 1 ? 'strategy takes' : 'strategies take'} orders`}
    </span>
  );
}

function Exception({ exception, isHalted }: { exception: StripData['exceptions'][number]; isHalted: boolean }) {
  return (
    <span className="flex items-center gap-3 phone:gap-2">
      <Status
        kind={exception.state === 'HALTED' ? 'halted' : 'reducing'}
        size="sm"
        className={cx(isHalted && `!text-on-crit ${ON_RED}`)}
      >
        {exception.text} {exception.state}
      </Status>
      <span className={cx('max-desk:hidden', !isHalted && 'text-ink-3')}>
        since <Time at={exception.since} seconds={false} />
        {exception.reference && (
          <>
            {' '}
            {exception.href ? (
              <Link href={exception.href} className={isHalted ? 'underline' : 'text-run underline'}>
                {exception.reference}
              </Link>
            ) : (
              exception.reference
            )}
          </>
        )}
      </span>
    </span>
  );
}

function DayPnl({ data, quiet }: { data: StripData; quiet: string | undefined }) {
  return (
    <span className={quiet} title={data.currency}>
      Day P&L <b className={cx('font-medium', quiet && 'text-ink')}>{formatMoney(data.dayPnl, { sign: true })}</b>
      {data.dayPnl === null ? (
        <span className="sr-only"> unknown</span>
      ) : (
        ` (${formatPercent(data.dayPnlFraction, { sign: true })})`
      )}
    </span>
  );
}

function AsOf({ data, isHalted }: { data: StripData; isHalted: boolean }) {
  const stale = useStale(data.asOf, data.maxAgeMs);
  if (!data.asOf)
    return (
      <Status kind="no-data" size="sm">
        No snapshot yet
      </Status>
    );
  return (
    <span
      className={cx(
        !isHalted && 'text-ink-3',
        stale && 'flex items-center gap-1.5 underline decoration-dashed underline-offset-4',
      )}
    >
      {stale && <Glyph name="unknown" size="sm" label="Stale" />}as of <Time at={data.asOf} />
    </span>
  );
}

function NotLive() {
  const { heardAt } = useLive();
  const now = useNow();
  const lastAt = heardAt === null ? null : heardAt + (pageNow() - Date.now());
  return (
    <div className={FRAME} role="alert">
      <Status kind="unknown">
        <span className="font-semibold">NOT LIVE</span>
      </Status>
      {lastAt === null ? (
        <span className="text-ink-2">No answer yet. Trying again.</span>
      ) : (
        <span className="text-ink-2">
          last heard <Time at={lastAt} />
          <span aria-hidden="true">, {formatDuration(Math.max(1000, now - lastAt))} ago</span>. Trying again.
        </span>
      )}
      <span className="text-ink-3">Emergency still works, over its own connection.</span>
    </div>
  );
}

const ANNOUNCE_MS = 5000;

/** Reads a change of state aloud, at most once in 5 s; numbers that tick are not read. */
function Announcer({ data }: { data: StripData }) {
  const words = `${data.state}${data.why ? `: ${data.why}` : ''}${data.exceptions.map((e) => `; ${e.text} ${e.state}`).join('')}`;
  const [said, setSaid] = useState<string | null>(null);
  const lastAt = useRef(0);
  const first = useRef<string | null>(words);
  useEffect(() => {
    // What was there when the page opened is read with the page.
    if (first.current === words) return;
    first.current = null;
    const wait = Math.max(0, ANNOUNCE_MS - (Date.now() - lastAt.current));
    const timer = setTimeout(() => {
      lastAt.current = Date.now();
      setSaid(words);
    }, wait);
    return () => clearTimeout(timer);
  }, [words]);
  return (
    <>
      <span className="sr-only" role="status">
        {data.state !== 'HALTED' && said}
      </span>
      <span className="sr-only" role="alert">
        {data.state === 'HALTED' && said}
      </span>
    </>
  );
}
