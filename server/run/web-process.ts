import 'server-only';
import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { takeOverStaleRuns } from '../emergency/runner-actions';
import { writeEngineSnapshot } from '../emergency/snapshot-actions';
import { processMetrics, routeLabel } from '../kernel/metrics';
import { installShutdown, shutdown } from '../realtime/shutdown';
import { startHeartbeat } from './heartbeat';
import { startLoop } from './loop';
import { answerMachine } from './machine-listener';

const kept = globalThis as { __goingLiveWeb?: true; __goingLiveMachine?: typeof answerMachine };

/**
 * What a web process does beside answering pages: answer machines, count, say that it lives, and let go of its streams when
 * told to stop.
 */
export function prepareWebProcess(): void {
  if (kept.__goingLiveWeb) return;
  kept.__goingLiveWeb = true;
  kept.__goingLiveMachine = answerMachine;
  installShutdown();
  countRequests();
  const heartbeat = startHeartbeat('web');
  // An emergency needs neither a worker nor, for its start, a database: each web process keeps what that takes.
  const loops = [
    startLoop('emergency snapshot', 10_000, writeEngineSnapshot),
    startLoop('emergency runs', 4_000, takeOverStaleRuns),
  ];
  shutdown.signal.addEventListener('abort', () => {
    void heartbeat.stop();
    for (const loop of loops) void loop.stop();
  });
}

/** Through Node's own channel, because nothing of Next sees every request with its final status. */
function countRequests(): void {
  const started = new WeakMap<IncomingMessage, bigint>();
  subscribe('http.server.request.start', (message) => {
    started.set((message as { request: IncomingMessage }).request, process.hrtime.bigint());
  });
  subscribe('http.server.response.finish', (message) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse };
    const from = started.get(request);
    if (from === undefined) return;
    const labels = {
      method: request.method ?? 'GET',
      route: routeLabel(request.url ?? '/'),
      status: String(response.statusCode),
    };
    processMetrics().httpSeconds.observe(labels, Number(process.hrtime.bigint() - from) / 1e9);
  });
}
