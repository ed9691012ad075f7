'use client';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useRef, useState } from 'react';
import type { ItemView } from '@/server/checklist/view';
import { FormStatus } from '../forms/form-status';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { Field, Input, Select, Textarea } from '../ui/field';
import { formatBytes } from '../ui/format';
import { Seg } from '../ui/seg';

type Kind = 'text' | 'link' | 'file' | 'import';
const LABEL: Record<Kind, string> = { text: 'Text', link: 'Link', file: 'File', import: 'Import' };
const KINDS: Kind[] = ['text', 'link', 'file', 'import'];

/** Attaches a text, a link, a file, or a backtest that was imported for the release. */
export function AttachForm({ item, releaseId, onDone }: { item: ItemView; releaseId: string; onDone: () => void }) {
  const trpc = useTRPC();
  const attach = useMutation(trpc.checklist.attach.mutationOptions());
  const first = KINDS.find((kind) => item.evidenceKinds.includes(kind)) ?? 'text';
  const [kind, setKind] = useState<Kind>(first);
  const [draft, setDraft] = useState({ text: '', link: '', backtestId: '' });
  const [file, setFile] = useState<File | null>(null);
  const [isSending, setSending] = useState(false);
  const [refusal, setRefusal] = useState<string | null>(null);
  const imports = useQuery({ ...trpc.evidence.ofRelease.queryOptions({ releaseId }), enabled: kind === 'import' });
  const picker = useRef<HTMLInputElement>(null);

  const send = async () => {
    setSending(true);
    setRefusal(null);
    try {
      if (kind === 'text') await attach.mutateAsync({ itemId: item.id, kind, body: draft.text });
      else if (kind === 'link') await attach.mutateAsync({ itemId: item.id, kind, body: draft.link.trim() });
      else if (kind === 'import') await attach.mutateAsync({ itemId: item.id, kind, backtestId: draft.backtestId });
      else if (file) await upload(item.id, file);
      onDone();
    } catch (error) {
      setRefusal(wordsOf(error));
    } finally {
      setSending(false);
    }
  };
  const missing = { text: !draft.text.trim(), link: !draft.link.trim(), file: !file, import: !draft.backtestId }[kind];
  return (
    <form
      className="grid gap-3 rounded-sm border border-line px-3 py-3"
      aria-label="Attach evidence"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (!missing) void send();
      }}
    >
      <Seg
        label="Kind of evidence"
        value={kind}
        onChange={setKind}
        options={KINDS.map((value) => ({ value, label: LABEL[value] }))}
      />
      {kind === 'text' && (
        <Field label="What shows that it is so">
          <Textarea value={draft.text} onChange={(event) => setDraft({ ...draft, text: event.target.value })} />
        </Field>
      )}
      {kind === 'link' && (
        <Field label="Address" hint="The address is what signatures bind to, not what stands behind it later.">
          <Input
            type="url"
            inputMode="url"
            placeholder="https://"
            value={draft.link}
            onChange={(event) => setDraft({ ...draft, link: event.target.value })}
          />
        </Field>
      )}
      {kind === 'file' && (
        <Field
          label="File"
          hint={
            file
              ? `${formatBytes(file.size)}. Signatures bind to its SHA-256.`
              : 'At most 50 MB. Signatures bind to its SHA-256.'
          }
        >
          <Input
            ref={picker}
            type="file"
            className="py-1"
            onChange={(event) => setFile(event.target.files?.[0] ?? null)}
          />
        </Field>
      )}
      {kind === 'import' && (
        <Field
          label="Imported backtest of this release"
          hint={
            imports.data?.length === 0
              ? 'Nothing was imported for this release yet. Import it on the page of the strategy.'
              : 'Signatures bind to its file, options and statistics.'
          }
          error={imports.error && wordsOf(imports.error)}
        >
          <Select value={draft.backtestId} onChange={(event) => setDraft({ ...draft, backtestId: event.target.value })}>
            <option value="">{imports.isPending ? 'Looking…' : 'Choose a backtest'}</option>
            {imports.data?.map((one) => (
              <option key={one.id} value={one.id}>
                {one.nameInFile} · {one.fileName} · {one.purpose}
              </option>
            ))}
          </Select>
        </Field>
      )}
      <FormStatus pending={isSending} error={refusal} />
      <div className="flex gap-2">
        <Button
          type="submit"
          variant="primary"
          sending={isSending}
          blocked={missing ? 'There is nothing to attach yet.' : undefined}
        >
          Attach
        </Button>
        <Button onClick={onDone}>Cancel</Button>
      </div>
    </form>
  );
}

async function upload(itemId: string, file: File): Promise<void> {
  const address = `/api/v1/checklist-items/${itemId}/files?${new URLSearchParams({ name: file.name })}`;
  const answer = await fetch(address, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream' },
    body: file,
  }).catch(() => null);
  if (!answer) throw new Error('The upload broke off. Nothing was kept; try again when the page is live.');
  if (answer.ok) return;
  const problem = (await answer.json().catch(() => null)) as { detail?: string } | null;
  throw new Error(problem?.detail ?? `The server answered ${answer.status} without a reason. Nothing was kept.`);
}
