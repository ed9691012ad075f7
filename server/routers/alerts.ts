import 'server-only';
import { z } from 'zod';
import { acknowledge, silence, unacknowledge, unsilence } from '../alerts/actions';
import { testChannel } from '../alerts/test-actions';
import { AlertDetail, AlertList, LinkedAlert } from '../alerts/view';
import { alertBehindLink, alertDetail, listAlerts } from '../alerts/view-store';
import { linkProcedure, procedure, router } from '../trpc/init';

const Id = z.object({ id: z.uuid() });

export const alertsRouter = router({
  list: procedure('read')
    .input(z.object({ portfolioId: z.uuid().nullable() }))
    .output(AlertList)
    .query(({ ctx, input }) => listAlerts(ctx.actor, input.portfolioId)),
  byId: procedure('read')
    .input(z.object({ id: z.string().max(40) }))
    .output(AlertDetail)
    .query(({ ctx, input }) => alertDetail(ctx.actor, input.id)),
  /** For the landing page of a notification: the token is the leave to look. */
  behindLink: linkProcedure
    .input(z.object({ token: z.string().max(200) }))
    .output(LinkedAlert.nullable())
    .query(({ input }) => alertBehindLink(input.token)),
  acknowledge: procedure('alert.acknowledge', { whileLocked: true })
    .input(Id)
    .output(z.object({ id: z.string(), number: z.string(), acknowledgedBy: z.string(), acknowledgedUntil: z.date() }))
    .mutation(({ ctx, input }) => acknowledge(ctx.actor, input.id)),
  unacknowledge: procedure('alert.acknowledge')
    .input(Id)
    .output(Id)
    .mutation(({ ctx, input }) => unacknowledge(ctx.actor, input.id)),
  silence: procedure('alert.silence')
    .input(
      Id.extend({
        hours: z.number().positive().max(24, 'A silence lasts 24 h at most.'),
        reason: z.string().trim().min(3, 'Say why: others will read it.').max(500),
      }),
    )
    .output(Id)
    .mutation(({ ctx, input }) => silence(ctx.actor, input)),
  unsilence: procedure('alert.silence')
    .input(Id)
    .output(Id)
    .mutation(({ ctx, input }) => unsilence(ctx.actor, input.id)),
  testChannel: procedure('channel.manage')
    .input(z.object({ channelId: z.uuid() }))
    .output(z.object({ alertId: z.string() }))
    .mutation(({ ctx, input }) => testChannel(ctx.actor, input.channelId)),
});
