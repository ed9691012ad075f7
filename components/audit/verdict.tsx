'use client';
import { useQuery, useSuspenseQuery } from '@tanstack/react-query';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button, ButtonLink } from '../ui/button';
import { formatDuration, shortHash } from '../ui/format';
import { ErrorState } from '../ui/states';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { countText } from './count-text';

/** Whether the chain is whole: counted and hashed from the first entry when the page opens and when asked again. */
export function Verdict({ exportHref }: { exportHref: string }) {
  const trpc = useTRPC();
  const overview = useSuspenseQuery(trpc.audit.overview.queryOptions()).data;
  const check = useQuery(trpc.audit.verify.queryOptions(undefined, { staleTime: Number.POSITIVE_INFINITY }));
  const verdict = check.data;
  return (
    <header className="border-b border-line bg-surface px-4 pt-3.5 pb-3">
      <h1 className="sr-only">Audit</h1>
      <div className="flex flex-wrap items-start gap-x-7 gap-y-3">
        <div className="min-w-60 flex-1">
          <VerdictLine check={check} />
          {/* Its line is kept while the chain is being checked, so that nothing below moves when it is. */}
          <p className="mt-0.5 min-h-4 text-xs text-ink-3">
            {verdict && (
              <>
                Checked <Time at={verdict.checkedAt} seconds /> in {formatDuration(verdict.durationMs)}
                {verdict.firstAt && (
                  <>
                    , from the first entry of <Time at={verdict.firstAt} day />
                  </>
                )}
                . {verdict.seals > 0 && `${countText(verdict.seals)} seals of telemetry compared with their rows.`}
              </>
            )}
          </p>
        </div>
        <div>
          <div className="text-xs text-ink-3">Head</div>
          <div className="mono" title={overview.head.hash}>
            {countText(overview.head.seq)} · {shortHash(overview.head.hash)}
          </div>
        </div>
        <div>
          <div className="text-xs text-ink-3">Last exported head</div>
          <LastExport lastExport={overview.lastExport} faults={verdict?.faults ?? []} isChecked={Boolean(verdict)} />
        </div>
        <div className="ml-auto flex flex-wrap gap-2 phone:ml-0">
          <ButtonLink href={exportHref} prefetch={false}>
            Export CSV
          </ButtonLink>
          <Button onClick={() => check.refetch()} sending={check.isFetching}>
            Verify again
          </Button>
        </div>
      </div>
      {check.error && (
        <div className="mt-3">
          <ErrorState title="The chain could not be checked.">{wordsOf(check.error)}</ErrorState>
        </div>
      )}
      {verdict && verdict.faults.length > 0 && (
        <ul className="mt-3 grid gap-1" aria-label="Faults">
          {verdict.faults.slice(0, 20).map((fault) => (
            <li key={`${fault.seq} ${fault.words}`}>
              <Status kind="failed" tone="crit">
                {fault.words}
              </Status>
            </li>
          ))}
          {verdict.faults.length > 20 && <li className="text-ink-3">and {verdict.faults.length - 20} more</li>}
        </ul>
      )}
    </header>
  );
}

type Check = { data?: { ok: boolean; checked: number; total: number; faults: unknown[] }; isFetching: boolean };

function VerdictLine({ check: { data, isFetching } }: { check: Check }) {
  if (!data) {
    return (
      <p role="status" className="text-lg">
        <Status kind={isFetching ? 'running' : 'unknown'}>{isFetching ? 'Checking the chain…' : 'Not checked'}</Status>
      </p>
    );
  }
  return (
    <p role={data.ok ? 'status' : 'alert'} className="flex flex-wrap items-baseline gap-2 text-lg">
      <Status kind={data.ok ? 'verified' : 'failed'} tone={data.ok ? undefined : 'crit'}>
        {data.ok ? <span className="text-ink">Chain verified</span> : 'Chain broken'}
      </Status>
      <span className="text-sm text-ink-3">
        {countText(data.checked)} of {countText(data.total)} entries
      </span>
    </p>
  );
}

type LastExportProps = {
  lastExport: { seq: number; exportedAt: Date; ok: boolean; error: string | null } | null;
  faults: { kind: string }[];
  isChecked: boolean;
};

function LastExport({ lastExport, faults, isChecked }: LastExportProps) {
  if (!lastExport) return <Status kind="not-started">None yet; one is made each hour</Status>;
  const isOff = faults.some(({ kind }) => kind === 'rewritten' || kind === 'tail-cut');
  return (
    <div className="text-xs">
      {countText(lastExport.seq)} · <Time at={lastExport.exportedAt} />{' '}
      {!lastExport.ok ? (
        <Status kind="failed" size="sm">
          Not written: {lastExport.error}
        </Status>
      ) : isOff ? (
        <Status kind="failed" tone="crit" size="sm">
          Not on this chain
        </Status>
      ) : isChecked ? (
        <Status kind="verified" size="sm">
          On this chain
        </Status>
      ) : null}
    </div>
  );
}
