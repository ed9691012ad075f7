'use client';
import { useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChannelView } from '@/server/notifications/view';
import { channelKindName, Deliveries } from '../alerts/deliveries';
import { wordsOf } from '../forms/server-error';
import { useTRPC } from '../trpc';
import { Button, ButtonLink } from '../ui/button';
import { Dialog } from '../ui/dialog';
import { Note } from '../ui/note';
import { Region } from '../ui/page';
import { Facts } from '../ui/stat';
import { EmptyState } from '../ui/states';
import { Time } from '../ui/time';
import { ChannelStatus } from './channel-status';
import { ShownOnce } from './shown-once';

const ONLY_ADMIN = 'An Admin sets up channels.';

/** One channel: prove it, change it, and what was sent through it. */
export function ChannelDetail({
  channel,
  mayManage,
  onEdit,
}: {
  channel: ChannelView;
  mayManage: boolean;
  onEdit: () => void;
}) {
  const trpc = useTRPC();
  const test = useMutation(trpc.alerts.testChannel.mutationOptions());
  const setEnabled = useMutation(trpc.channels.setEnabled.mutationOptions());
  const rotate = useMutation(trpc.channels.rotateSecret.mutationOptions());
  const [asksRotation, setAsksRotation] = useState(false);
  const failure = test.error ?? setEnabled.error ?? rotate.error;
  const blocked = mayManage ? undefined : ONLY_ADMIN;
  return (
    <>
      <Region title={channel.name} end={<ChannelStatus channel={channel} />}>
        <div className="grid gap-3">
          {channel.disabledWhy && !channel.enabled && <Note tone="off" title={channel.disabledWhy} />}
          <Facts
            items={[
              { key: 'kind', name: 'Kind', value: channelKindName(channel.kind) },
              { key: 'target', name: 'Leads to', value: channel.target },
              {
                key: 'proven',
                name: 'Proven',
                value: channel.provenAt ? (
                  <Time at={channel.provenAt} withDate />
                ) : (
                  'no: nobody has acknowledged a test'
                ),
              },
              ...(channel.bothSecretsUntil
                ? [
                    {
                      key: 'both',
                      name: 'Signed twice',
                      value: (
                        <>
                          until <Time at={channel.bothSecretsUntil} withDate />
                        </>
                      ),
                    },
                  ]
                : []),
            ]}
          />
          {failure && <Note tone="high" role="alert" title={wordsOf(failure)} />}
          {test.data && (
            <Note
              tone="run"
              role="status"
              title="Test sent."
              action={<ButtonLink href={`/alerts/${test.data.alertId}`}>Open the test alert</ButtonLink>}
            >
              Acknowledge it, from the message or its page, within 60 min: that proves the channel.
            </Note>
          )}
          <div className="flex flex-wrap gap-2">
            <Button
              variant="primary"
              sending={test.isPending}
              blocked={blocked ?? (channel.enabled ? undefined : 'Enable it first.')}
              onClick={() => test.mutate({ channelId: channel.id })}
            >
              Send a test
            </Button>
            <Button blocked={blocked} onClick={onEdit}>
              Edit…
            </Button>
            {channel.kind === 'webhook' && (
              <Button blocked={blocked} onClick={() => setAsksRotation(true)}>
                Rotate secret…
              </Button>
            )}
            <Button
              blocked={blocked}
              sending={setEnabled.isPending}
              onClick={() => setEnabled.mutate({ id: channel.id, enabled: !channel.enabled })}
            >
              {channel.enabled ? 'Disable' : 'Enable'}
            </Button>
          </div>
        </div>
      </Region>
      <Region title="Sent through it" flush>
        <History channelId={channel.id} />
      </Region>
      <Dialog
        open={asksRotation}
        onOpenChange={setAsksRotation}
        title={rotate.data ? 'New secret' : `Rotate the secret of ${channel.name}`}
        footer={
          rotate.data ? (
            <Button variant="primary" onClick={() => setAsksRotation(false)}>
              I have stored it
            </Button>
          ) : (
            <>
              <Button onClick={() => setAsksRotation(false)}>Leave it</Button>
              <Button variant="primary" sending={rotate.isPending} onClick={() => rotate.mutate({ id: channel.id })}>
                Rotate secret
              </Button>
            </>
          )
        }
      >
        {rotate.data ? (
          <ShownOnce secret={rotate.data.shownOnce}>
            Messages carry both signatures until <Time at={rotate.data.bothUntil} withDate />.
          </ShownOnce>
        ) : (
          <p>
            A new secret is made and shown once. For 24 h messages carry a signature of each, so nothing is refused.
          </p>
        )}
      </Dialog>
    </>
  );
}

function History({ channelId }: { channelId: string }) {
  const trpc = useTRPC();
  const deliveries = useSuspenseQuery(trpc.channels.deliveries.queryOptions({ id: channelId })).data;
  return deliveries.length === 0 ? (
    <div className="px-4 pb-3">
      <EmptyState title="Nothing sent yet.">Send a test to see it arrive.</EmptyState>
    </div>
  ) : (
    <Deliveries deliveries={deliveries} withTitle />
  );
}
