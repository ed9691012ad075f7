'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { ItemView, ProbeView } from '@/server/checklist/view';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Textarea } from '../ui/field';

const LABEL: Record<string, string> = {
  hosts: 'Hosts, one per line',
  targets: 'Addresses, one per line',
  urls: 'Addresses, one per line',
  sources: 'Sources, one per line',
  minimumDaysLeft: 'Days left, at least',
  minimumYears: 'Years, at least',
  minimumAddresses: 'Addresses behind each host, at least',
  minimumFolds: 'Folds, at least',
  provenWithinDays: 'Proven within days',
  maximumDaysValid: 'Days a key is valid, at most',
  unusedDays: 'Days without use, at most',
  maximumScopes: 'Scopes of a key, at most',
  maximumBackupAgeHours: 'Hours since the last backup, at most',
  maximumRestoreTestAgeDays: 'Days since the last restore test, at most',
};
const HINT: Record<string, string> = {
  hosts: 'A name or address, with its port if it is not 443: api.example.com or 10.0.0.7:8443.',
  targets: 'https://… with a status under 400, or host:port.',
  sources: '“installation” means the backups of this installation.',
};

const asText = (value: unknown): string => (Array.isArray(value) ? value.join('\n') : String(value));
const asValue = (text: string, was: unknown): unknown => {
  if (Array.isArray(was)) return text.split(/\s*\n\s*|\s*,\s*/).filter(Boolean);
  return typeof was === 'number' ? Number(text.replace(',', '.')) : text;
};

/** Tells a probe what to look at; signatures given under other settings are void then. */
export function ProbeSettings({ item, probe }: { item: ItemView; probe: ProbeView }) {
  const trpc = useTRPC();
  const configure = useMutation(trpc.checklist.configureProbe.mutationOptions());
  const check = useMutation(trpc.checklist.checkNow.mutationOptions());
  const [draft, setDraft] = useState<Record<string, string> | null>(null);
  const entries = Object.entries(probe.params);
  if (!draft) {
    const first = () => setDraft(Object.fromEntries(entries.map(([key, value]) => [key, asText(value)])));
    return (
      <Button size="sm" variant="quiet" onClick={first}>
        Settings…
      </Button>
    );
  }
  const save = async () => {
    const params = Object.fromEntries(entries.map(([key, was]) => [key, asValue(draft[key] ?? '', was)]));
    try {
      await configure.mutateAsync({ itemId: item.id, version: item.version, kind: probe.kind, params });
      setDraft(null);
      await check.mutateAsync({ itemId: item.id });
    } catch {}
  };
  return (
    <form
      className="grid w-full gap-3 border-t border-line pt-3"
      aria-label={`Settings of ${probe.label}`}
      onSubmit={(event) => {
        event.preventDefault();
        void save();
      }}
    >
      {entries.map(([key, was]) => {
        const set = (text: string) => setDraft({ ...draft, [key]: text });
        return (
          <Field key={key} label={LABEL[key] ?? key} hint={HINT[key]}>
            {Array.isArray(was) ? (
              <Textarea className="mono" value={draft[key] ?? ''} onChange={(event) => set(event.target.value)} />
            ) : (
              <Input inputMode="decimal" value={draft[key] ?? ''} onChange={(event) => set(event.target.value)} />
            )}
          </Field>
        );
      })}
      <FormStatus pending={configure.isPending} error={configure.error && wordsOf(configure.error)} />
      <div className="flex gap-2">
        <Button type="submit" size="sm" variant="primary" sending={configure.isPending || check.isPending}>
          Save and check
        </Button>
        <Button size="sm" onClick={() => setDraft(null)}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
