import 'server-only';
import { z } from 'zod';
import { outboundFetch } from '../../kernel/outbound';
import { defineProbe } from '../probe';

const SIGNS = [
  'cf-ray',
  'x-amz-cf-id',
  'x-served-by',
  'x-cache',
  'x-azure-ref',
  'x-fastly-request-id',
  'akamai-grn',
  'via',
];

/** Named addresses are answered by a content delivery network, as its response headers say. */
export const cdnHeadersProbe = defineProbe({
  kind: 'cdn-headers',
  label: 'Response headers of a CDN',
  params: z.object({
    urls: z.array(z.url({ protocol: /^https?$/, message: 'An address begins with https://.' })).max(20),
  }),
  everySeconds: 300,
  timeoutMs: 20_000,
  check: async ({ urls }) => {
    const seen = await Promise.all(
      urls.map(async (url) => {
        const { status, headers } = await outboundFetch(url, { method: 'HEAD', timeoutMs: 10_000 });
        return { url, status, signs: SIGNS.filter((name) => headers[name] !== undefined) };
      }),
    );
    const bare = seen.filter((one) => one.status >= 400 || one.signs.length === 0);
    const summary = bare.length
      ? `${bare[0]!.url} answers ${bare[0]!.status} without a header of a CDN`
      : `${seen.length} of ${seen.length} behind a CDN (${seen[0]!.signs[0]})`;
    return { verdict: bare.length ? 'bad' : 'good', summary, measurement: { urls: seen } };
  },
});
