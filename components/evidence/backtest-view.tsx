'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { formatBytes, formatNumber, formatPercent } from '../ui/format';
import { Note } from '../ui/note';
import { Columns, MainAndSide, Region } from '../ui/page';
import { Facts, Stat } from '../ui/stat';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { BacktestCharts } from './backtest-charts';
import { BacktestFigures } from './backtest-figures';
import { ExpectationPanel } from './expectation-panel';
import { MonthMap } from './month-map';
import { ReadingForm } from './reading-form';
import { CHECK_WORDS, FORMAT_WORDS, SAMPLING_WORDS, utcDay, VERDICT_STATUS } from './words';

type Props = { backtestId: string; portfolioId: string; mayImport: boolean; address: string };

/** One backtest whole: its headline figures, curves, months, every statistic, checks, how it was read, and its standing. */
export function BacktestView({ backtestId, portfolioId, mayImport, address }: Props) {
  const trpc = useTRPC();
  const { data: backtest } = useSuspenseQuery(trpc.evidence.backtest.queryOptions({ backtestId }));
  const { statistics } = backtest;
  const { drawdown } = statistics;
  return (
    <>
      <Columns count={4}>
        <Stat
          label="Total return"
          value={formatPercent(statistics.totalReturn, { sign: true })}
          detail={`${utcDay(statistics.span.first)} to ${utcDay(statistics.span.last)}`}
        />
        <Stat
          label="Maximum drawdown"
          value={formatPercent(drawdown?.fraction)}
          detail={
            drawdown
              ? `${SAMPLING_WORDS[drawdown.basis]}${drawdown.troughAt === null ? '' : `, low on ${utcDay(drawdown.troughAt)}`}`
              : 'the file has no equity'
          }
        />
        <Stat
          label="30-day volatility"
          value={formatPercent(statistics.volatility30)}
          unit="a day"
          detail={
            statistics.volatility30 === null
              ? `${statistics.daily.n} daily returns, 30 needed`
              : 'last 30 daily returns'
          }
        />
        <Stat
          label="Sharpe"
          value={formatNumber(statistics.sharpe252)}
          detail={`252 days, ${statistics.daily.n} daily returns`}
        />
      </Columns>
      <MainAndSide
        sideLast
        main={
          <>
            {backtest.warnings.length > 0 && (
              <Region
                title={`${backtest.warnings.length} ${backtest.warnings.length === 1 ? 'warning' : 'warnings'} on reading it`}
              >
                <ul className="grid gap-2">
                  {backtest.warnings.map((warning) => (
                    <li key={warning.message}>
                      <Note
                        tone={warning.kind === 'contradiction' ? 'warn' : 'off'}
                        glyph={warning.kind === 'contradiction' ? 'warn' : 'note'}
                        title={warning.message}
                      >
                        {warning.kind === 'contradiction' ? 'The file contradicts itself in ' : 'Concerns '}
                        <span className="mono">{warning.fields.join(', ')}</span>
                      </Note>
                    </li>
                  ))}
                </ul>
              </Region>
            )}
            <Region title="Equity and drawdown">
              <BacktestCharts backtest={backtest} />
            </Region>
            <Region title="Months" end={<span>UTC; the first and last may be partial</span>}>
              <MonthMap months={statistics.monthly} />
            </Region>
            <Region title="Every figure" flush>
              <BacktestFigures statistics={statistics} />
            </Region>
          </>
        }
        side={
          <>
            <Region title="Standing">
              <ExpectationPanel backtest={backtest} portfolioId={portfolioId} />
            </Region>
            <Region title="Checks" end={<span>defaults of the policy</span>}>
              <ul className="grid gap-2">
                {statistics.checks.map((check) => (
                  <li key={check.id} className="grid gap-0.5">
                    <div className="flex flex-wrap justify-between gap-2">
                      <span className="font-medium">{CHECK_WORDS[check.id] ?? check.id}</span>
                      <Status kind={VERDICT_STATUS[check.verdict]} />
                    </div>
                    <span className="text-xs text-ink-2">{check.reason}</span>
                  </li>
                ))}
              </ul>
            </Region>
            <Region title="How it was read">
              <div className="grid gap-4">
                <Facts
                  items={[
                    { name: 'Format', value: FORMAT_WORDS[backtest.format] ?? backtest.format },
                    {
                      name: 'File',
                      value: (
                        <a
                          className="text-run underline-offset-3 hover:underline phone:inline-flex phone:min-h-11 phone:items-center"
                          href={`/api/v1/evidence/files/${backtest.fileId}`}
                          download
                        >
                          {backtest.fileName}, {formatBytes(backtest.fileSize)}
                        </a>
                      ),
                    },
                    { name: 'SHA-256', value: <span className="mono">{backtest.sha256}</span> },
                    {
                      name: 'Uploaded',
                      value: (
                        <>
                          {backtest.importedByName}, <Time at={backtest.importedAt} withDate />
                        </>
                      ),
                    },
                    { name: 'Digest', value: <span className="mono">{backtest.digest}</span> },
                  ]}
                />
                {backtest.guess && (
                  <ul className="grid gap-1 text-xs text-ink-2">
                    {backtest.guess.reasons.map((reason) => (
                      <li key={reason}>{reason}.</li>
                    ))}
                  </ul>
                )}
                {mayImport && <ReadingForm backtest={backtest} address={address} />}
              </div>
            </Region>
          </>
        }
      />
    </>
  );
}
