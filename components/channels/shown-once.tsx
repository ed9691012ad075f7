import { Note } from '../ui/note';

/** A secret that is shown now and never again. */
export function ShownOnce({ secret, children }: { secret: string; children?: React.ReactNode }) {
  return (
    <div className="grid gap-3">
      <Note tone="warn" title="Store it at the receiver now. It is not shown again.">
        {children ?? 'Every message is signed with it, by Standard Webhooks.'}
      </Note>
      <output
        className="mono rounded-sm border border-line-strong bg-canvas p-2 break-all select-all"
        aria-label="Secret"
      >
        {secret}
      </output>
    </div>
  );
}
