import { newId } from '../../kernel/ids';
import { signMessage, verifyMessage } from '../signature';
import type { ReplayMessage } from './server';

/**
 * Asks a paper engine that is already running to go on from a date. Returns the first session it replays; throws a
 * sentence when it does not answer or its answer is not signed with our secret.
 */
export async function askReplay(
  target: { url: string; secrets: string[] },
  wish: { from: string; speed?: number },
): Promise<{ from: string }> {
  const message: ReplayMessage = { to: '/control/replay', nonce: newId(), ...wish };
  const body = JSON.stringify(message);
  const response = await fetch(`${target.url}/control/replay`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...signMessage({ id: newId(), body, secrets: target.secrets, at: new Date() }),
    },
    body,
    signal: AbortSignal.timeout(5_000),
  }).catch(() => null);
  if (!response) throw new Error(`No paper engine answers at ${target.url}.`);
  const text = await response.text();
  if (!response.ok) throw new Error(`The paper engine refused: ${text.slice(0, 200)}`);
  const headers = Object.fromEntries(response.headers);
  const verdict = verifyMessage({ headers, body: text, secrets: target.secrets, now: new Date() });
  if (!verdict.ok) throw new Error(`What answers at ${target.url} is not our paper engine: ${verdict.why}.`);
  return JSON.parse(text) as { from: string };
}
