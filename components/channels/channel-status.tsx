import type { ChannelView } from '@/server/notifications/view';
import { Status } from '../ui/status';
import { Time } from '../ui/time';

/** Off, failing, unproven or proven, in that order of importance. */
export function ChannelStatus({ channel }: { channel: ChannelView }) {
  if (!channel.enabled) return <Status kind="off">Disabled</Status>;
  if (channel.last?.state === 'dead' || channel.last?.state === 'retrying') {
    return <Status kind="failed">Last message failed</Status>;
  }
  return channel.provenAt ? (
    <Status kind="verified" detail={<Time at={channel.provenAt} withDate />}>
      Proven
    </Status>
  ) : (
    <Status kind="unknown">Not proven</Status>
  );
}
