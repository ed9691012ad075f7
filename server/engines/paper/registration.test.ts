import { afterEach, expect, it, vi } from 'vitest';
import { registration } from './registration';

afterEach(() => vi.unstubAllGlobals());

it('registers the instrument until the server has taken it, then says nothing more, and tells a refusal once', async () => {
  const answers = [null, 503, 503, 200, 200];
  const sent: { url: string; body: unknown }[] = [];
  vi.stubGlobal('fetch', async (url: string, { body }: { body: string }) => {
    sent.push({ url, body: JSON.parse(body) });
    const status = answers[sent.length - 1];
    if (!status) throw new Error('nobody listens');
    return new Response('{}', { status });
  });
  const said: string[] = [];
  const register = registration({ url: 'http://server', key: 'k', portfolioId: 'p' }, (sentence) =>
    said.push(sentence),
  );
  for (let i = 0; i < 6; i += 1) await register();
  expect(sent).toHaveLength(4);
  expect(sent[0]).toEqual({
    url: 'http://server/api/v1/instruments',
    body: { portfolioId: 'p', instruments: [{ instrument: 'SPX-ETF', lot: '1', multiplier: '1', fx: '1' }] },
  });
  expect(said).toEqual(['instruments: the server answered 503']);
});
