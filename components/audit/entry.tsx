'use client';
import { useQuery } from '@tanstack/react-query';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { formatDuration } from '../ui/format';
import { Note } from '../ui/note';
import { Facts } from '../ui/stat';
import { EmptyState, ErrorState, Skeleton } from '../ui/states';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { countText } from './count-text';
import { subjectText } from './entries';
import { useAuditView } from './filters';

/** The chosen entry with its facts, its neighbours, and what its hashes prove. */
export function AuditEntry() {
  const trpc = useTRPC();
  const [view, setView] = useAuditView();
  const seq = view.entry ?? 0;
  const { data, error } = useQuery(trpc.audit.entry.queryOptions({ seq }, { enabled: seq > 0 }));
  if (seq <= 0) return <EmptyState title="No entry chosen.">Press an action to see its facts and links.</EmptyState>;
  if (error) return <ErrorState title={`Entry ${seq} cannot be shown.`}>{wordsOf(error)}</ErrorState>;
  if (!data) return <Skeleton label={`entry ${seq}`} rows={8} />;
  const lagMs = data.recordedAt.getTime() - data.occurredAt.getTime();
  return (
    <div className="grid gap-4">
      <Facts
        items={[
          { name: 'Entry', value: countText(data.seq) },
          { name: 'Action', value: <span className="font-medium">{data.type}</span> },
          { name: 'Who', value: data.actorName },
          { name: 'As', value: <span className="mono">{data.actor}</span> },
          { name: 'Subject', value: subjectText(data.subject) },
          { name: 'Occurred', value: <Time at={data.occurredAt} seconds withDate /> },
          { name: 'Recorded', value: lagMs < 1000 ? 'at once' : `${formatDuration(lagMs)} later` },
        ]}
      />
      <section>
        <h3 className="mb-1 text-xs font-semibold text-ink-2">Facts</h3>
        <EntryFacts data={data.data} />
      </section>
      <section className="grid gap-2">
        <h3 className="text-xs font-semibold text-ink-2">Chain</h3>
        <Facts
          items={[
            { name: 'Previous', value: <Hash text={data.previousHash} /> },
            { name: 'This', value: <Hash text={data.hash} /> },
            { name: 'Next', value: data.nextHash ? <Hash text={data.nextHash} /> : 'none yet: this is the head' },
          ]}
        />
        <div className="flex flex-wrap gap-x-4 gap-y-1">
          <Proof holds={data.hashMatches} yes="Hash matches" no="Hash does not match its content" />
          <Proof
            holds={data.linkedBefore && data.linkedAfter}
            yes={data.nextHash ? 'Linked both ways' : 'Linked to the one before'}
            no="A link is broken"
          />
        </div>
        <div className="flex gap-2">
          <Button
            size="sm"
            blocked={data.seq === 1 ? 'This is the first.' : undefined}
            onClick={() => void setView({ entry: data.seq - 1 })}
          >
            Entry before
          </Button>
          <Button
            size="sm"
            blocked={data.nextHash ? undefined : 'This is the newest.'}
            onClick={() => void setView({ entry: data.seq + 1 })}
          >
            Entry after
          </Button>
        </div>
      </section>
      <Note tone="off" glyph="note" title="Check it yourself">
        <code className="mono">npm run verify-audit</code>: the same rule, without this page. The hash is SHA-256 over
        number, previous hash and content, joined by colons.
      </Note>
      <details>
        <summary className="cursor-pointer text-xs text-ink-2">The content that was hashed</summary>
        <pre className="mono mt-1 max-h-60 overflow-auto rounded-md border border-line p-2 break-all whitespace-pre-wrap">
          {data.content}
        </pre>
      </details>
    </div>
  );
}

const Hash = ({ text }: { text: string }) => <span className="mono break-all">{text}</span>;

const Proof = ({ holds, yes, no }: { holds: boolean; yes: string; no: string }) => (
  <Status kind={holds ? 'verified' : 'failed'} tone={holds ? undefined : 'crit'}>
    {holds ? yes : no}
  </Status>
);

function EntryFacts({ data }: { data: Record<string, unknown> }) {
  const names = Object.keys(data);
  if (names.length === 0) return <p className="text-ink-3">None beyond the above.</p>;
  return (
    <div className="mono overflow-x-auto rounded-md border border-line p-2">
      <Facts
        items={names.map((name) => ({
          name,
          value: typeof data[name] === 'string' ? data[name] : JSON.stringify(data[name], null, 1),
        }))}
      />
    </div>
  );
}
