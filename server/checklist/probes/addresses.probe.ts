import 'server-only';
import { lookup } from 'node:dns/promises';
import { z } from 'zod';
import { defineProbe } from '../probe';

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
        const found = await lookup(host, { all: true });
        return { host, addresses: [...new Set(found.map((one) => one.address))] };
      }),
    );
    const few = seen.filter((one) => one.addresses.length < minimumAddresses);
    const least = Math.min(...seen.map((one) => one.addresses.length));
    const summary = few.length
      ? `${few[0]!.host} has ${few[0]!.addresses.length}, at least ${minimumAddresses} are asked for`
      : `${least} addresses`;
    return { verdict: few.length ? 'bad' : 'good', summary, measurement: { hosts: seen } };
  },
});
