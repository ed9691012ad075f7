import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** What one process counts about itself; facts of the installation are read from the database when scraped. */
export type ProcessMetrics = {
  registry: Registry;
  httpSeconds: Histogram<'method' | 'route' | 'status'>;
  streamClients: Gauge;
};

function create(): ProcessMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return {
    registry,
    httpSeconds: new Histogram({
      name: 'going_live_http_request_duration_seconds',
      help: 'Time from request to end of response; streams count their whole life.',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [registry],
    }),
    streamClients: new Gauge({
      name: 'going_live_stream_clients',
      help: 'Event streams that are open to browsers from this process.',
      registers: [registry],
    }),
  };
}

const kept = globalThis as { __goingLiveMetrics?: ProcessMetrics };

/** One set per process: bundles that load this file twice share it. */
export function processMetrics(): ProcessMetrics {
  kept.__goingLiveMetrics ??= create();
  return kept.__goingLiveMetrics;
}

/** A path as a label with few values: `/api/v1/snapshots?x` is `/api/v1/snapshots`, any page is `page`. */
export function routeLabel(path: string): string {
  const [, first, second, third] = path.split(/[/?#]/);
  if (first === '_next') return '_next';
  if (first !== 'api') return 'page';
  const known = /^[a-z0-9-]{1,40}$/;
  const named = second === 'v1' || second === 'health' || second === 'cron' ? [first, second, third] : [first, second];
  return `/${named.filter((part) => part && known.test(part)).join('/')}`;
}
