'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { formatMoney, formatNumber, formatPercent } from '../ui/format';
import { Columns } from '../ui/page';
import { Stat } from '../ui/stat';
import { Time, useStale } from '../ui/time';

/** Equity, the day, the drawdown and cash, each with what it is measured from. Stale values stay, dimmed and dashed. */
export function Figures({ portfolioId }: { portfolioId: string }) {
  const trpc = useTRPC();
  const { data } = useSuspenseQuery(trpc.overview.summary.queryOptions({ portfolioId }));
  const stale = useStale(data.asOf, data.maxAgeMs);
  return (
    <Columns count={4}>
      <Stat
        label="Equity"
        value={formatMoney(data.equity)}
        unit={data.currency}
        stale={stale}
        detail={
          data.suspect ? 'The newest sample is suspect and held back' : `High-water mark ${formatMoney(data.highWater)}`
        }
      />
      <Stat
        label="Day P&L"
        value={formatMoney(data.dayPnl, { sign: true })}
        unit={data.currency}
        stale={stale}
        detail={
          data.startEquity === null
            ? 'The session day has no sample yet'
            : `${formatPercent(data.dayPnlFraction, { sign: true })} of ${formatMoney(data.startEquity)}${data.startEstimated ? ', start estimated' : ' at the open'}`
        }
      />
      <Stat
        label="Drawdown"
        value={data.drawdown === null ? '?' : formatNumber(Number(data.drawdown) * 100)}
        unit="% of HWM"
        stale={stale}
        detail={
          data.highWaterAt ? (
            <>
              since <Time at={data.highWaterAt} day />, floor {formatMoney(data.trigger)}
            </>
          ) : (
            'No high-water mark yet'
          )
        }
      />
      <Stat
        label="Cash"
        value={formatMoney(data.cash)}
        unit={data.currency}
        stale={stale}
        detail={
          data.cashFraction === null ? 'Not stated by the engine' : `${formatPercent(data.cashFraction)} of equity`
        }
      />
    </Columns>
  );
}
