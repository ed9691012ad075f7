import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open as openFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { EngineEndpoint } from '../engines/port';
import { open, seal } from '../identity/secret-box';
import type { Grant } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import type { DirectChannel } from '../notifications/direct-actions';
import type { StackFacts } from './facts';

/** A session as it stood: enough to know its cookie again and what its person may do. */
export type KnownSession = {
  id: string;
  tokenHash: string;
  previousTokenHash: string | null;
  rotatedAt: string | null;
  lastInputAt: string;
  expiresAt: string;
  personId: string;
  name: string;
  grants: Grant[];
};

/** All that an emergency needs without a database. */
export type EmergencySnapshot = StackFacts & {
  takenAt: string;
  endpoints: EngineEndpoint[];
  sessions: KnownSession[];
  /** By which people are told while the database does not answer; missing in snapshots of an earlier version. */
  channels?: DirectChannel[];
  /** OUTBOUND_ALLOW of the process that took it, for `npm run kill`. */
  outboundAllow: string;
};

const OLDEST_MS = 12 * 3_600_000;
const PLACE = { table: 'emergency_snapshot', id: 'local', column: 'snapshot_box' };
const snapshotFile = () => join(process.env.GOING_LIVE_DATA ?? '.data', 'emergency', 'snapshot.box');

/**
 * Replaces the local snapshot, encrypted under the keys of this installation and on disk before it resolves. A slow disk
 * keeps nobody else of the process waiting.
 */
export async function saveSnapshot(snapshot: EmergencySnapshot): Promise<void> {
  const file = snapshotFile();
  await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
  const part = `${file}.${process.pid}`;
  const handle = await openFile(part, 'w', 0o600);
  try {
    await handle.writeFile(seal(JSON.stringify(snapshot), PLACE));
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(part, file);
}

/** The local snapshot. Throws NO_SNAPSHOT when there is none, it cannot be opened, or it is older than 12 h. */
export function loadSnapshot(now: Date): EmergencySnapshot {
  const file = snapshotFile();
  const refuse = (why: string) =>
    new DomainError(
      'NO_SNAPSHOT',
      `Without the database this needs the local snapshot of engines: ${why}. Stop the engines at their own consoles.`,
      { kind: 'unavailable' },
    );
  if (!existsSync(file)) throw refuse(`there is none at ${file}`);
  let snapshot: EmergencySnapshot;
  try {
    snapshot = JSON.parse(open(readFileSync(file, 'utf8'), PLACE)) as EmergencySnapshot;
  } catch {
    throw refuse('it cannot be opened with SECRETS_KEYS');
  }
  const ageMs = now.getTime() - new Date(snapshot.takenAt).getTime();
  if (ageMs > OLDEST_MS) throw refuse(`it is ${Math.floor(ageMs / 3_600_000)} h old, 12 h at most`);
  return snapshot;
}
