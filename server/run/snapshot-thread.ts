import { parentPort } from 'node:worker_threads';
import type { KeyActor } from '../kernel/actor';
import { storeSnapshots } from '../routers/v1/snapshots';

/** What the web process hands to a thread; `body` is the thread's own from then on. */
export type SnapshotWork = { id: number; actor: KeyActor; body: Uint8Array; pathname: string };

/** Bodies of snapshots are parsed, evaluated and stored here, so that thousands of rows keep no order and no page waiting. */
parentPort?.on('message', async ({ id, actor, body, pathname }: SnapshotWork) => {
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  parentPort?.postMessage({ id, answer: await storeSnapshots(actor, bytes, pathname) });
});
parentPort?.postMessage({ ready: true });
