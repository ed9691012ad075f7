'use client';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { AttachmentView, ItemView } from '@/server/checklist/view';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { shortHash } from '../ui/format';
import { Note } from '../ui/note';
import { Time } from '../ui/time';
import { AttachForm } from './attach-form';

function Body({ one }: { one: AttachmentView }) {
  switch (one.kind) {
    case 'link':
      return (
        <a href={one.body} target="_blank" rel="noreferrer noopener" className="text-run wrap-anywhere hover:underline">
          {one.body}
        </a>
      );
    case 'file':
      return (
        <a href={`/api/v1/evidence/files/${one.fileId}`} className="text-run wrap-anywhere hover:underline" download>
          {one.body}
        </a>
      );
    case 'import':
      return <span className="wrap-anywhere">Import {one.body}</span>;
    case 'text':
      return <span className="whitespace-pre-wrap wrap-anywhere">{one.body}</span>;
  }
}

/** What shows that the item is true, with who attached it and its digest. */
export function EvidenceList({
  item,
  releaseId,
  mayAttach,
}: {
  item: ItemView;
  releaseId: string;
  mayAttach: boolean;
}) {
  const trpc = useTRPC();
  const remove = useMutation(trpc.checklist.removeEvidence.mutationOptions());
  const [isAttaching, setAttaching] = useState(false);
  const kinds = item.evidenceKinds.filter((kind) => kind !== 'probe');
  return (
    <section aria-label="Evidence" className="grid gap-2">
      <div className="flex items-center gap-2">
        <h4 className="text-xs font-medium text-ink-2">Evidence</h4>
        <span className="text-xs text-ink-3">
          {kinds.length === 0 ? 'The probe is the evidence; more may be added.' : `Needed: ${kinds.join(', ')}.`}
        </span>
      </div>
      {item.evidence.length > 0 && (
        <ul className="grid gap-2">
          {item.evidence.map((one) => (
            <li key={one.id} className="grid grid-cols-[minmax(0,1fr)_auto] gap-2 border-l-2 border-line-strong pl-2.5">
              <div className="min-w-0">
                <Body one={one} />
                <div className="text-xs text-ink-3">
                  {one.authorName}
                  {one.isYours && ' (you)'}, <Time at={one.attachedAt} withDate /> ·{' '}
                  <span className="mono" title={one.digest}>
                    {shortHash(one.digest)}
                  </span>
                </div>
              </div>
              {mayAttach && (
                <Button
                  size="sm"
                  variant="quiet"
                  sending={remove.isPending && remove.variables?.attachmentId === one.id}
                  onClick={() => remove.mutate({ attachmentId: one.id })}
                >
                  Remove
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
      {remove.error && <Note tone="high" role="alert" title={wordsOf(remove.error)} />}
      {mayAttach &&
        (isAttaching ? (
          <AttachForm item={item} releaseId={releaseId} onDone={() => setAttaching(false)} />
        ) : (
          <div>
            <Button size="sm" onClick={() => setAttaching(true)}>
              Attach evidence…
            </Button>
          </div>
        ))}
    </section>
  );
}
