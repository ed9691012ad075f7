/** The hint that anything may have changed: after each (re)connection. */
export const EVERYTHING = 'all';

// Queries that read what other routers change.
const READS_ALSO: Record<string, readonly string[]> = {
  overview: [
    'risk',
    'trading-state',
    'alerts',
    'emergency',
    'launch',
    'launches',
    'leverage',
    'engines',
    'strategies',
    'monitoring',
    'portfolios',
  ],
  launches: ['launch', 'checklist', 'evidence', 'alerts', 'engines', 'strategies', 'emergency'],
  cashFlows: ['risk', 'portfolios'],
  leverage: ['launch', 'launches', 'risk'],
  checklist: ['launch', 'launches', 'evidence', 'alerts'],
  incidents: ['emergency'],
};

/** The router of a query, which is also its topic: the first part of its key's path. */
export function topicOf(queryKey: readonly unknown[]): string | null {
  const path = queryKey[0];
  return Array.isArray(path) && typeof path[0] === 'string' ? path[0] : null;
}

/** Whether a query may be out of date after these hints. */
export function isTouched(queryKey: readonly unknown[], topics: ReadonlySet<string>): boolean {
  const topic = topicOf(queryKey);
  if (topic === null) return false;
  return topics.has(EVERYTHING) || topics.has(topic) || (READS_ALSO[topic] ?? []).some((other) => topics.has(other));
}
