import 'server-only';
import { router } from '../trpc/init';

/** Every procedure of the product, one router per domain. */
export const appRouter = router({});

export type AppRouter = typeof appRouter;
