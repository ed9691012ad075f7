'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import { Region } from '../ui/page';
import { EmptyState, ErrorState } from '../ui/states';
import { Time } from '../ui/time';
import { LinkedText } from './linked-text';

/** Mail that arrived at the demo's own server, as its receivers would read it. */
export function DemoMail() {
  const trpc = useTRPC();
  const inbox = useSuspenseQuery(trpc.channels.demoInbox.queryOptions()).data;
  if (!inbox) return <NoAnswer />;
  if (inbox.mails.length === 0) {
    return (
      <div className="p-4">
        <EmptyState title="No mail yet.">An alert, or the test of a channel, shows here within a second.</EmptyState>
      </div>
    );
  }
  return (
    <div className="divide-y divide-line">
      {inbox.mails.map((mail) => (
        <Region
          key={mail.messageId}
          title={mail.subject}
          end={
            <span>
              to {mail.to} · <Time at={mail.receivedAt} seconds />
              {mail.repeats > 0 && ` · came ${mail.repeats + 1} times, same id`}
            </span>
          }
        >
          <LinkedText text={mail.text} />
        </Region>
      ))}
    </div>
  );
}

export const NoAnswer = () => (
  <div className="p-4">
    <ErrorState title="The demo inbox does not answer.">
      It starts with the demo; see its log in the data folder.
    </ErrorState>
  </div>
);
