import type { QueryClient } from '@tanstack/react-query';
import type { Ask } from './refetch';
import { isTouched, topicOf } from './topics';

/**
 * Asks the queries that hints touch again, if the page shows them. One that is under way is left alone, since cutting it
 * off asks twice; its answer may be from before the change, so its topic is given back to be asked after it.
 */
export const askAgain =
  (cache: QueryClient): Ask =>
  async (topics) => {
    const touched = cache.getQueryCache().findAll({ predicate: (query) => isTouched(query.queryKey, topics) });
    const underWay = touched.filter((query) => query.state.fetchStatus === 'fetching');
    const again = new Set(underWay.flatMap((query) => topicOf(query.queryKey) ?? []));
    const rest = new Set(touched.filter((query) => query.state.fetchStatus !== 'fetching'));
    await Promise.all([
      cache.invalidateQueries({ predicate: (query) => rest.has(query) }, { cancelRefetch: false }),
      ...underWay.map((query) => query.promise?.catch(() => undefined)),
    ]);
    return [...again];
  };
