import 'server-only';
import { z } from 'zod';
import {
  approveEngine,
  disableEngine,
  forgetReports,
  registerEngine,
  rotateSecret,
  testEngine,
} from '../engines/actions';
import { replayAtEngine } from '../engines/replay-actions';
import { ENGINE_ROLES } from '../engines/roles';
import { CommandView, commandList, EngineView, engineList } from '../engines/view-store';
import { procedure, router } from '../trpc/init';

const One = z.object({ engineId: z.uuid() });
const NewEngine = z.object({
  portfolioId: z.uuid('Choose the portfolio.'),
  name: z.string().trim().min(2, 'Give it a name of at least 2 characters.').max(60),
  url: z.string().trim().min(1, 'Give its address.').max(300),
  roles: z.array(z.enum(ENGINE_ROLES)).min(1, 'Choose at least one role.'),
  isDrillTarget: z.boolean(),
});

export const enginesRouter = router({
  list: procedure('read')
    .output(z.array(EngineView))
    .query(({ ctx }) => engineList(ctx.actor)),
  commands: procedure('read')
    .output(z.array(CommandView))
    .query(({ ctx }) => commandList(ctx.actor)),
  register: procedure('engine.manage')
    .input(NewEngine)
    .output(z.object({ engineId: z.string(), secret: z.string() }))
    .mutation(({ ctx, input }) => registerEngine(ctx.actor, input)),
  approve: procedure('engine.manage')
    .input(One)
    .output(z.void())
    .mutation(({ ctx, input }) => approveEngine(ctx.actor, input.engineId)),
  rotateSecret: procedure('engine.manage')
    .input(One)
    .output(z.object({ secret: z.string(), previousUntil: z.date() }))
    .mutation(({ ctx, input }) => rotateSecret(ctx.actor, input.engineId)),
  disable: procedure('engine.manage')
    .input(One)
    .output(z.void())
    .mutation(({ ctx, input }) => disableEngine(ctx.actor, input.engineId)),
  forgetReports: procedure('engine.manage')
    .input(One)
    .output(z.void())
    .mutation(({ ctx, input }) => forgetReports(ctx.actor, input.engineId)),
  test: procedure('engine.manage')
    .input(One)
    .output(
      z.union([
        z.object({ ok: z.literal(true), tookMs: z.number() }),
        z.object({ ok: z.literal(false), why: z.string() }),
      ]),
    )
    .mutation(({ ctx, input }) => testEngine(ctx.actor, input.engineId)),
  replayCrash: procedure('trading.restrict')
    .input(One.extend({ from: z.iso.date() }))
    .output(z.object({ from: z.string() }))
    .mutation(({ ctx, input }) => replayAtEngine(ctx.actor, input)),
});
