import 'server-only';
import { z } from 'zod';
import { DeliveryView } from '../alerts/view';
import { deliveriesOfChannel } from '../alerts/view-store';
import { createChannel, editChannel, rotateWebhookSecret, setChannelEnabled } from '../notifications/actions';
import { DemoInbox, readDemoInbox } from '../notifications/channels/demo-inbox-reader';
import { ChannelFields, ChannelView } from '../notifications/view';
import { listChannels } from '../notifications/view-store';
import { procedure, router } from '../trpc/init';

const Id = z.object({ id: z.uuid() });

export const channelsRouter = router({
  list: procedure('read')
    .output(z.array(ChannelView))
    .query(({ ctx }) => listChannels(ctx.actor)),
  deliveries: procedure('read')
    .input(Id)
    .output(z.array(DeliveryView))
    .query(({ ctx, input }) => deliveriesOfChannel(ctx.actor, input.id)),
  /** What the demo's own mail server and receiver got; not found in a real installation. */
  demoInbox: procedure('read')
    .output(DemoInbox.nullable())
    .query(() => readDemoInbox()),
  create: procedure('channel.manage')
    .input(ChannelFields)
    .output(z.object({ id: z.string(), shownOnce: z.string().nullable() }))
    .mutation(({ ctx, input }) => createChannel(ctx.actor, input)),
  edit: procedure('channel.manage')
    .input(ChannelFields.extend({ id: z.uuid() }))
    .output(Id)
    .mutation(({ ctx, input: { id, ...fields } }) => editChannel(ctx.actor, id, fields)),
  setEnabled: procedure('channel.manage')
    .input(Id.extend({ enabled: z.boolean() }))
    .output(Id)
    .mutation(({ ctx, input }) => setChannelEnabled(ctx.actor, input.id, input.enabled)),
  rotateSecret: procedure('channel.manage')
    .input(Id)
    .output(z.object({ shownOnce: z.string(), bothUntil: z.date() }))
    .mutation(({ ctx, input }) => rotateWebhookSecret(ctx.actor, input.id)),
});
