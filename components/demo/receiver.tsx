'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { Region } from '../ui/page';
import { Facts } from '../ui/stat';
import { EmptyState } from '../ui/states';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { NoAnswer } from './inbox';
import { LinkedText } from './linked-text';

/** Webhooks that the demo's receiver got, with what it made of their signatures. */
export function DemoHooks() {
  const trpc = useTRPC();
  const inbox = useSuspenseQuery(trpc.channels.demoInbox.queryOptions()).data;
  if (!inbox) return <NoAnswer />;
  if (inbox.hooks.length === 0) {
    return (
      <div className="p-4">
        <EmptyState title="No webhook yet.">An alert, or the test of a channel, shows here within a second.</EmptyState>
      </div>
    );
  }
  return (
    <div className="divide-y divide-line">
      {inbox.hooks.map((hook) => (
        <Region
          key={`${hook.id}${hook.verified}`}
          title={titleOf(hook.body)}
          end={
            hook.verified ? (
              <Status kind="verified">Signature verified</Status>
            ) : (
              <Status kind="failed">{hook.why}</Status>
            )
          }
        >
          <Facts
            items={[
              { key: 'id', name: 'webhook-id', value: <span className="mono">{hook.id}</span> },
              { key: 'sent', name: 'Signed at', value: hook.sentAt ? <Time at={hook.sentAt} seconds /> : '?' },
              { key: 'got', name: 'Received', value: <Time at={hook.receivedAt} seconds /> },
              ...(hook.repeats ? [{ key: 'again', name: 'Repeats', value: `${hook.repeats}, dropped by id` }] : []),
            ]}
          />
          <details className="mt-2">
            <summary className="cursor-pointer text-ink-2 phone:min-h-11">Body</summary>
            <div className="mono mt-1 max-w-full">
              <LinkedText text={pretty(hook.body)} />
            </div>
          </details>
        </Region>
      ))}
    </div>
  );
}

function parsed(body: string): { data?: { title?: string; severity?: string } } | null {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}

const titleOf = (body: string): string => {
  const data = parsed(body)?.data;
  return data?.title ? `${data.severity ?? ''} ${data.title}`.trim() : 'A body that is no notice of ours';
};

const pretty = (body: string): string => {
  const read = parsed(body);
  return read ? JSON.stringify(read, null, 2) : body;
};
