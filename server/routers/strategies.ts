import 'server-only';
import { z } from 'zod';
import { visiblePortfolios } from '../identity/authorize';
import { changeStrategy, createRelease, registerStrategy } from '../strategies/actions';
import { NewRelease, ReleaseView } from '../strategies/release';
import { engineChoices, listStrategies, strategyView } from '../strategies/store';
import { NewStrategy, StrategyChange, StrategyView } from '../strategies/strategy';
import { releaseIn, releasesIn } from '../strategies/visible-releases-store';
import { procedure, router } from '../trpc/init';

export const strategiesRouter = router({
  list: procedure('read')
    .output(z.array(StrategyView))
    .query(({ ctx }) => listStrategies(visiblePortfolios(ctx.actor))),
  byId: procedure('read')
    .input(z.object({ strategyId: z.uuid() }))
    .output(StrategyView)
    .query(({ ctx, input }) => strategyView(input.strategyId, visiblePortfolios(ctx.actor))),
  releases: procedure('read')
    .input(z.object({ strategyId: z.uuid() }))
    .output(z.array(ReleaseView))
    .query(({ ctx, input }) => releasesIn(input.strategyId, visiblePortfolios(ctx.actor))),
  release: procedure('read')
    .input(z.object({ releaseId: z.uuid() }))
    .output(z.object({ release: ReleaseView, strategy: StrategyView }))
    .query(({ ctx, input }) => releaseIn(input.releaseId, visiblePortfolios(ctx.actor))),
  engines: procedure('read')
    .output(z.array(z.object({ id: z.uuid(), name: z.string(), portfolioId: z.uuid() })))
    .query(({ ctx }) => engineChoices(visiblePortfolios(ctx.actor))),
  register: procedure('strategy.edit')
    .input(NewStrategy)
    .output(z.uuid())
    .mutation(({ ctx, input }) => registerStrategy(ctx.actor, input)),
  change: procedure('strategy.edit')
    .input(StrategyChange)
    .output(z.void())
    .mutation(({ ctx, input }) => changeStrategy(ctx.actor, input)),
  createRelease: procedure('strategy.edit')
    .input(NewRelease)
    .output(z.uuid())
    .mutation(({ ctx, input }) => createRelease(ctx.actor, input)),
});
