import { INSTRUMENT } from './account';

const TIMEOUT_MS = 10_000;

/**
 * Tells the server how the one instrument trades, until it has taken it: what nobody registered cannot be sized. Gives a
 * function to be called again and again, which does nothing more once it was taken; `say` gets a refusal once.
 */
export function registration(
  target: { url: string; key: string; portfolioId?: string },
  say: (sentence: string) => void,
): () => Promise<void> {
  let isTaken = false;
  let told = '';
  const tell = (sentence: string) => {
    if (sentence !== told) say(sentence);
    told = sentence;
  };
  return async () => {
    if (isTaken) return;
    const instruments = [{ instrument: INSTRUMENT, lot: '1', multiplier: '1', fx: '1' }];
    const response = await fetch(`${target.url}/api/v1/instruments`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${target.key}` },
      body: JSON.stringify({ portfolioId: target.portfolioId, instruments }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    }).catch(() => null);
    isTaken = response?.ok ?? false;
    if (response && !response.ok) tell(`instruments: the server answered ${response.status}`);
  };
}
