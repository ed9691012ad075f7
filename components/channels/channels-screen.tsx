'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { ChannelView } from '@/server/notifications/view';
import { channelKindName } from '../alerts/deliveries';
import { useTRPC } from '../trpc';
import { Button } from '../ui/button';
import { cx } from '../ui/cx';
import { MainAndSide, PageHeader, Region } from '../ui/page';
import { RegionBoundary } from '../ui/region-boundary';
import { EmptyState } from '../ui/states';
import { ChannelDetail } from './channel-detail';
import { ChannelForm } from './channel-form';
import { ChannelStatus } from './channel-status';

const LEVELS = ['Technical team', 'Management', 'Board'];

/** Channels with what became of their messages; one is open beside the list. */
export function ChannelsScreen({ mayManage }: { mayManage: boolean }) {
  const trpc = useTRPC();
  const channels = useSuspenseQuery(trpc.channels.list.queryOptions()).data;
  const [chosen, setChosen] = useState<string | null>(null);
  const [editing, setEditing] = useState<ChannelView | 'new' | null>(null);
  const open = channels.find((channel) => channel.id === chosen) ?? channels[0] ?? null;
  const newButton = (
    <Button
      variant="primary"
      glyph="plus"
      onClick={() => setEditing('new')}
      blocked={mayManage ? undefined : 'An Admin sets up channels.'}
    >
      New channel
    </Button>
  );
  return (
    <>
      <PageHeader title="Channels" actions={channels.length > 0 && newButton}>
        <span>Where alerts, emergencies and reports are told. Proven means that somebody acknowledged a test.</span>
      </PageHeader>
      <MainAndSide
        sideWidth={504}
        sideLast
        main={
          <Region title="Channels" flush>
            {channels.length === 0 ? (
              <div className="px-4 pb-4">
                <EmptyState title="Nobody is told yet." action={newButton}>
                  Alerts show on the pages only. A channel tells people who are not looking.
                </EmptyState>
              </div>
            ) : (
              <ul aria-label="Channels">
                {channels.map((channel) => (
                  <ChannelRow
                    key={channel.id}
                    channel={channel}
                    selected={channel.id === open?.id}
                    onChoose={() => setChosen(channel.id)}
                  />
                ))}
              </ul>
            )}
          </Region>
        }
        side={
          open ? (
            <RegionBoundary label="Channel" rows={8}>
              <ChannelDetail key={open.id} channel={open} mayManage={mayManage} onEdit={() => setEditing(open)} />
            </RegionBoundary>
          ) : (
            <div />
          )
        }
      />
      {editing && <ChannelForm channel={editing === 'new' ? null : editing} onClose={() => setEditing(null)} />}
    </>
  );
}

function ChannelRow({
  channel,
  selected,
  onChoose,
}: {
  channel: ChannelView;
  selected: boolean;
  onChoose: () => void;
}) {
  return (
    <li
      className={cx(
        'relative flex flex-wrap items-start gap-x-4 gap-y-1 border-t border-line px-4 py-2 phone:min-h-(--size-row-touch)',
        selected ? 'bg-raised shadow-[inset_2px_0_0_var(--color-ink)]' : 'hover:bg-raised',
      )}
    >
      <div className="min-w-40 flex-1">
        <button
          type="button"
          onClick={onChoose}
          aria-pressed={selected}
          className="text-left font-medium after:absolute after:inset-0"
        >
          {channel.name}
        </button>
        <div className="text-xs text-ink-3 wrap-anywhere">
          {channelKindName(channel.kind)} · {channel.target}
        </div>
      </div>
      <div className="text-xs text-ink-3">
        <div>{LEVELS[channel.level]}</div>
        <div>from {channel.minimumSeverity}</div>
      </div>
      <div className="min-w-32 text-xs">
        <ChannelStatus channel={channel} />
        <div className="text-ink-3">
          {channel.counts.delivered} delivered
          {channel.counts.waiting > 0 && `, ${channel.counts.waiting} waiting`}
          {channel.counts.dead > 0 && `, ${channel.counts.dead} dead`}
        </div>
      </div>
    </li>
  );
}
