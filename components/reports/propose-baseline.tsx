'use client';
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Checkbox, Field, Fieldset, Select } from '../ui/field';
import { Note } from '../ui/note';
import { EmptyState, Skeleton } from '../ui/states';
import { BaselineLines } from './baseline-lines';

const SPANS = [
  { hours: 1, label: 'The last hour' },
  { hours: 4, label: 'The last 4 hours' },
  { hours: 24, label: 'The last 24 hours' },
  { hours: 168, label: 'The last 7 days' },
] as const;

/** Chooses a span, shows what it would hold, and proposes it. */
export function ProposeBaseline({ launchId, onDone }: { launchId: string; onDone: () => void }) {
  const trpc = useTRPC();
  const [hours, setHours] = useState(24);
  const [takenIn, setTakenIn] = useState<'staging' | 'tranche-10'>('staging');
  const [headroom, setHeadroom] = useState<string[]>([]);
  const preview = useQuery({
    ...trpc.reports.previewBaseline.queryOptions({ launchId, hours, headroom }),
    placeholderData: keepPreviousData,
  });
  const propose = useMutation(trpc.reports.proposeBaseline.mutationOptions());
  const lines = preview.data?.lines ?? [];
  const choices = lines.filter((line) => line.canUseHeadroom);
  const toggle = (metric: string, on: boolean) =>
    setHeadroom((before) => (on ? [...before, metric] : before.filter((one) => one !== metric)));
  return (
    <section className="grid gap-4 border-t border-line pt-3" aria-label="Propose a baseline">
      <h3 className="font-semibold">Propose a baseline</h3>
      <div className="grid gap-4 md:grid-cols-2">
        <Field label="Taken in">
          <Select
            value={takenIn}
            onChange={(event) => setTakenIn(event.target.value === 'staging' ? 'staging' : 'tranche-10')}
          >
            <option value="staging">Staging, phase 3</option>
            <option value="tranche-10">The 10 % soak</option>
          </Select>
        </Field>
        <Field label="Span" hint="Raw minutes are kept, so that windows meet the same hours.">
          <Select value={String(hours)} onChange={(event) => setHours(Number(event.target.value))}>
            {SPANS.map((span) => (
              <option key={span.hours} value={span.hours}>
                {span.label}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {preview.isPending && <Skeleton label="what was measured" rows={4} />}
      {preview.error && <Note tone="high" role="alert" title={wordsOf(preview.error)} />}
      {preview.data && lines.length === 0 && (
        <EmptyState title="Nothing was measured in that span.">
          Metrics come from the engine or your collectors, over POST /api/v1/metrics.
        </EmptyState>
      )}
      {preview.data && lines.length > 0 && <BaselineLines lines={lines} missing={preview.data.missing} />}
      {choices.length > 0 && (
        <Fieldset legend="Measure by headroom used">
          {choices.map((line) => (
            <Checkbox
              key={line.metric}
              checked={headroom.includes(line.metric)}
              onChange={(event) => toggle(line.metric, event.target.checked)}
            >
              {line.label}: a share of what is left to 100 %, because growth could never reach its threshold
            </Checkbox>
          ))}
        </Fieldset>
      )}
      <FormStatus pending={propose.isPending} error={propose.error && wordsOf(propose.error)} />
      <div className="flex gap-2">
        <Button onClick={onDone}>Leave it</Button>
        <Button
          variant="primary"
          sending={propose.isPending}
          blocked={lines.length === 0 ? 'Nothing was measured in that span.' : undefined}
          onClick={() => void propose.mutateAsync({ launchId, hours, headroom, takenIn }).then(onDone, () => {})}
        >
          Propose baseline
        </Button>
      </div>
    </section>
  );
}
