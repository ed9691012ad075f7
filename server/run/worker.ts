import { closeDatabase } from '@/db/client';
import { log } from '../kernel/log';
import { startDuties } from './duties';
import { startHeartbeat } from './heartbeat';

/** The background process: what must not wait for a page, and what must go on when a web process dies. */
const heartbeat = startHeartbeat('worker');
const duties = startDuties();
log.info('worker started');

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, async () => {
    if (stopping) return;
    stopping = true;
    await duties.stop();
    await heartbeat.stop();
    await closeDatabase();
    log.info('worker stopped');
    process.exit(0);
  });
}
