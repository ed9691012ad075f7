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

const OWN_ROUTES = new Set([
  '/api/auth',
  '/api/cron',
  '/api/emergency',
  '/api/health/live',
  '/api/health/ready',
  '/api/metrics',
  '/api/trpc',
  '/api/v1/acknowledge',
  '/api/v1/audit',
  '/api/v1/checklist-items',
  '/api/v1/engines',
  '/api/v1/evidence',
  '/api/v1/instruments',
  '/api/v1/metrics',
  '/api/v1/openapi.json',
  '/api/v1/orders',
  '/api/v1/runbook-steps',
  '/api/v1/sizing',
  '/api/v1/snapshots',
]);

/**
 * A path as a label with few values: `/api/v1/snapshots?x` is `/api/v1/snapshots`, any page is `page`, and what is no route of
 * ours is `unknown`: whoever asks for made-up paths makes no series of them.
 */
export function routeLabel(path: string): string {
  const [, first, second, third] = path.split(/[/?#]/);
  if (first === '_next') return '_next';
  if (first !== 'api') return 'page';
  const label = [first, second, ...(second === 'v1' || second === 'health' ? [third] : [])].join('/');
  return OWN_ROUTES.has(`/${label}`) ? `/${label}` : 'unknown';
}
