/**
 * The web process: one HTTP server for pages and machines. What engines ask hundreds of times a second is answered by the
 * listener that the process prepares (`machine-listener.ts`), which hands snapshots to threads; everything else by Next. Plain
 * JavaScript, since Next loads the rest from its build.
 */
import { createServer } from 'node:http';
import { availableParallelism } from 'node:os';
import next from 'next';
import { SnapshotThreads } from './snapshot-threads.mjs';

const [port, hostname] = [Number(process.argv[2]), process.argv[3]];
const httpServer = createServer();
const app = next({ dev: false, hostname, port, httpServer });
await app.prepare();
// A backfill of one portfolio then never waits for that of another; more would only take turns on the cores there are.
globalThis.__goingLiveSnapshots = new SnapshotThreads(Math.min(4, Math.max(2, availableParallelism())));
const answerPage = app.getRequestHandler();

httpServer.on('request', (request, response) => {
  if (!globalThis.__goingLiveMachine?.(request, response)) void answerPage(request, response);
});
// Where it cannot listen it is of no use; whoever keeps it starts it again.
httpServer.once('error', (error) => {
  console.error(`The web process cannot listen: ${error.message}`);
  process.exit(1);
});
httpServer.listen(port, hostname);

// Streams end themselves when the process is asked to stop; what is being answered is answered.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    httpServer.close(() => void app.close().finally(() => process.exit(0)));
    httpServer.closeIdleConnections();
  });
}
