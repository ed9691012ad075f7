'use client';
import { useMutation } from '@tanstack/react-query';
import type { ItemView, ProbeView } from '@/server/checklist/view';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Note } from '../ui/note';
import { Status } from '../ui/status';
import { Age, useStale } from '../ui/time';
import { ProbeSettings } from './probe-settings';
import { probeKind, probeWord } from './probe-words';

const REQUIRED: Record<ProbeView['required'], string> = {
  always: 'Must be good before anybody signs, and stay good after.',
  'when-configured': 'Counts once it has been told what to look at.',
  advisory: 'Shown to those who sign; it never shuts the item.',
};

/** What a probe found last, how old that is, and a look now. */
export function ProbeCard({
  item,
  probe,
  mayCheck,
  mayEdit,
}: {
  item: ItemView;
  probe: ProbeView;
  mayCheck: boolean;
  mayEdit: boolean;
}) {
  const trpc = useTRPC();
  const check = useMutation(trpc.checklist.checkNow.mutationOptions());
  const maxAgeMs = probe.checkedAt && probe.freshUntil ? probe.freshUntil.getTime() - probe.checkedAt.getTime() : null;
  const isStale = useStale(probe.checkedAt, maxAgeMs);
  return (
    <section aria-label={probe.label} className="grid gap-1.5 rounded-sm border border-line px-3 py-2.5">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1">
        <h4 className="text-xs font-medium text-ink-2">{probe.label}</h4>
        <Status
          kind={isStale && probe.standing === 'good' ? 'unknown' : probeKind(probe.standing)}
          detail={probe.checkedAt ? <Age at={probe.checkedAt} maxAgeMs={maxAgeMs} suffix="ago" /> : 'never looked'}
        >
          {isStale && probe.standing === 'good' ? 'Unknown' : probeWord(probe.standing)}
        </Status>
      </div>
      <p className="wrap-anywhere">{probe.sentence}</p>
      <p className="text-xs text-ink-3">{REQUIRED[probe.required]}</p>
      {probe.measurement !== null && (
        <details>
          <summary className="w-fit text-xs text-ink-3 phone:min-h-11">What it measured</summary>
          <pre className="mono mt-1 max-h-60 overflow-auto border border-line bg-canvas p-2">
            {JSON.stringify(probe.measurement, null, 2)}
          </pre>
        </details>
      )}
      {check.error && <Note tone="high" role="alert" title={wordsOf(check.error)} />}
      <div className="flex flex-wrap gap-2">
        {mayCheck && probe.standing !== 'off' && (
          <Button size="sm" sending={check.isPending} onClick={() => check.mutate({ itemId: item.id })}>
            Check now
          </Button>
        )}
        {mayEdit && Object.keys(probe.params).length > 0 && <ProbeSettings item={item} probe={probe} />}
      </div>
    </section>
  );
}
