import 'server-only';
import { router } from '../trpc/init';
import { apiKeysRouter } from './api-keys';
import { identityRouter } from './identity';
import { peopleRouter } from './people';
import { portfoliosRouter } from './portfolios';

/** Every procedure of the product, one router per domain. */
export const appRouter = router({
  apiKeys: apiKeysRouter,
  identity: identityRouter,
  people: peopleRouter,
  portfolios: portfoliosRouter,
});

export type AppRouter = typeof appRouter;
