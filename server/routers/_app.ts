import 'server-only';
import { router } from '../trpc/init';
import { portfoliosRouter } from './portfolios';

/** Every procedure of the product, one router per domain. */
export const appRouter = router({ portfolios: portfoliosRouter });

export type AppRouter = typeof appRouter;
