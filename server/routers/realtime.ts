import 'server-only';
import { z } from 'zod';
import { changes } from '../realtime/changes';
import { procedure, router } from '../trpc/init';

export const realtimeRouter = router({
  /** What to ask again, as it changes; the browser's one event stream. */
  changes: procedure('read')
    .input(z.object({ lastEventId: z.string().nullish() }).optional())
    .subscription(({ ctx, signal }) => changes(ctx.session, signal)),
});
