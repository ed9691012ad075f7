import 'server-only';
import { router } from '../trpc/init';
import { identityRouter } from './identity';
import { portfoliosRouter } from './portfolios';

/** Every procedure of the product, one router per domain. */
export const appRouter = router({ identity: identityRouter, portfolios: portfoliosRouter });

export type AppRouter = typeof appRouter;
