import 'server-only';
import { hostname } from 'node:os';
import packageJson from '@/package.json';
import { newId } from '../kernel/ids';
import { log } from '../kernel/log';
import { beat, type ProcessIdentity, sayStopped } from './process-store';

const BEAT_MS = 5_000;

/** Beats in the database every 5 s until stopped; a missed beat is logged and the next one tried. */
export function startHeartbeat(kind: string): { id: string; stop: () => Promise<void> } {
  const identity: ProcessIdentity = {
    id: newId(),
    kind,
    host: hostname(),
    pid: process.pid,
    version: packageJson.version,
  };
  const once = () => beat(identity).catch((error) => log.warn({ err: error }, 'a heartbeat was missed'));
  void once();
  const timer = setInterval(once, BEAT_MS);
  return {
    id: identity.id,
    stop: async () => {
      clearInterval(timer);
      await sayStopped(identity.id).catch(() => {});
    },
  };
}
