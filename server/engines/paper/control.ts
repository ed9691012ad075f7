import { newId } from '../../kernel/ids';
import { signMessage, verifyMessage } from '../signature';
import type { ReplayMessage } from './server';

export type Post = (
  url: string,
  message: { headers: Record<string, string>; body: string },
) => Promise<{ status: number; headers: Record<string, string>; text: string }>;

/** To an engine on this machine, for the command line. */
export const postHere: Post = async (url, { headers, body }) => {
  const response = await fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(5_000) });
  return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
};

/**
 * Asks a paper engine that is already running to go on from a date. Returns the first session it replays; throws a
 * sentence when it does not answer or its answer is not signed with our secret.
 */
export async function askReplay(
  target: { url: string; secrets: string[] },
  wish: { from: string; speed?: number },
  post: Post,
): Promise<{ from: string }> {
  const message: ReplayMessage = { to: '/control/replay', nonce: newId(), ...wish };
  const body = JSON.stringify(message);
  const signed = signMessage({ id: newId(), body, secrets: target.secrets, at: new Date() });
  const headers = { 'content-type': 'application/json', ...signed };
  const answer = await post(`${target.url}/control/replay`, { headers, body }).catch(() => null);
  if (!answer) throw new Error(`No paper engine answers at ${target.url}.`);
  if (answer.status !== 200) throw new Error(`The paper engine refused: ${answer.text.slice(0, 200)}`);
  const verdict = verifyMessage({ ...answer, body: answer.text, secrets: target.secrets, now: new Date() });
  if (!verdict.ok) throw new Error(`What answers at ${target.url} is not our paper engine: ${verdict.why}.`);
  return JSON.parse(answer.text) as { from: string };
}
