'use client';
import { Button } from '../ui/button';
import { Panel } from '../ui/dialog';
import { Note } from '../ui/note';
import { toast } from '../ui/toast';

export type Secret = { engine: string; secret: string; note: string };

/** A secret, shown this once. */
export function SecretPanel({ engine, secret, note, onClose }: Secret & { onClose: () => void }) {
  return (
    <Panel
      open
      onOpenChange={(open) => !open && onClose()}
      title={`Secret of ${engine}`}
      footer={
        <>
          <Button onClick={() => navigator.clipboard.writeText(secret).then(() => toast('Copied'))}>Copy</Button>
          <Button variant="primary" onClick={onClose}>
            It is stored at the engine
          </Button>
        </>
      }
    >
      <div className="grid gap-4">
        <Note tone="warn" title="Shown this once">
          {note}
        </Note>
        <code className="mono block rounded-sm border border-line-strong bg-canvas p-3 wrap-anywhere select-all">
          {secret}
        </code>
      </div>
    </Panel>
  );
}
