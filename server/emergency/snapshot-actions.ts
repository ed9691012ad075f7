import 'server-only';
import { endpointOf } from '../engines/endpoint-actions';
import type { EngineEndpoint } from '../engines/port';
import { log } from '../kernel/log';
import { readDirectChannels } from '../notifications/direct-actions';
import type { StackFacts } from './facts';
import { type EmergencySnapshot, loadSnapshot, saveSnapshot } from './snapshot';
import { readSessions, readStack, type SealedEngine } from './snapshot-store';

/** Takes the local snapshot that an emergency works from when the database does not answer. Every 10 s, in each process. */
export async function writeEngineSnapshot(): Promise<{ engines: number; sessions: number }> {
  const now = new Date();
  const { sealed, ...stack } = await readStack();
  const sessions = await readSessions(now);
  const endpoints = openable(sealed);
  const snapshot: EmergencySnapshot = {
    ...stack,
    takenAt: now.toISOString(),
    endpoints,
    sessions,
    channels: await readDirectChannels(),
    outboundAllow: process.env.OUTBOUND_ALLOW ?? '',
  };
  await saveSnapshot(snapshot);
  return { engines: endpoints.length, sessions: sessions.length };
}

export type Stack = StackFacts & { endpoints: EngineEndpoint[]; source: 'database' | 'snapshot' };

/**
 * Engines and strategies to plan with: from the database if it answers within `patienceMs`, else from the local snapshot.
 * Throws NO_SNAPSHOT when neither is there.
 */
export async function knownStack(patienceMs: number): Promise<Stack> {
  const { sealed, ...stack } = (await within(patienceMs, readStack())) ?? { sealed: null };
  if (sealed && 'engines' in stack)
    return { ...(stack as StackFacts), endpoints: openable(sealed), source: 'database' };
  return { ...loadSnapshot(new Date()), source: 'snapshot' };
}

/** The endpoints whose secrets open. One that does not stops nobody else's emergency: its steps say that it was not contacted. */
function openable(sealed: readonly SealedEngine[]): EngineEndpoint[] {
  return sealed.flatMap((engine) => {
    try {
      return [endpointOf(engine)];
    } catch (err) {
      log.error({ err, engine: engine.id }, 'the secret of an engine cannot be opened with SECRETS_KEYS');
      return [];
    }
  });
}

/** The result of `work`, or null when it fails or does not come in time; it may still come later. */
export async function within<T>(ms: number, work: Promise<T>): Promise<T | null> {
  if (ms <= 0) {
    work.catch(() => {});
    return null;
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((give) => {
    timer = setTimeout(() => give(null), ms);
  });
  return Promise.race([work.catch(() => null), late]).finally(() => clearTimeout(timer));
}
