import 'server-only';
import { z } from 'zod';
import { judgeHost } from '../../kernel/outbound';
import { defineProbe } from '../probe';

/** Load balancers are asked for as browsers ask for them; OUTBOUND_ALLOW opens private ones on this port. */
const PORT = 443;

/** Several addresses stand behind each named host. */
export const addressesProbe = defineProbe({
  kind: 'addresses-behind-host',
  label: 'Addresses behind named hosts',
  params: z.object({
    hosts: z.array(z.string().regex(/^[a-z0-9.-]+$/i, 'A host is a name without a port.')).max(50),
    minimumAddresses: z.number().int().min(2).max(100).default(2),
  }),
  everySeconds: 300,
  timeoutMs: 10_000,
  check: async ({ hosts, minimumAddresses }) => {
    const seen = await Promise.all(
      hosts.map(async (host) => {
        const judged = await judgeHost(host, PORT);
        const refused = judged.flatMap(({ verdict }) => (verdict.allowed ? [] : [verdict.why]));
        const addresses = [...new Set(judged.flatMap((one) => (one.verdict.allowed ? [one.address] : [])))];
        return { host, addresses, refused };
      }),
    );
    const few = seen.find((one) => one.addresses.length < minimumAddresses);
    const measurement = { hosts: seen };
    if (few) {
      const summary = `${few.host} has ${few.addresses.length}, at least ${minimumAddresses} are asked for`;
      // What the policy keeps us from looking at proves nothing, neither way.
      return few.refused.length > 0
        ? { verdict: 'unknown', summary: `${summary}; not counted: ${few.refused.join('; ')}`, measurement }
        : { verdict: 'bad', summary, measurement };
    }
    const least = Math.min(...seen.map((one) => one.addresses.length));
    return { verdict: 'good', summary: `${least} addresses`, measurement };
  },
});
