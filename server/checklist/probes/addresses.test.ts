import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProbeContext } from '../probe';
import { addressesProbe } from './addresses.probe';

const names = vi.hoisted(() => ({ held: new Map<string, string[]>() }));
vi.mock('node:dns/promises', () => ({
  lookup: async (host: string) =>
    (names.held.get(host) ?? []).map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
}));

const look = (...addresses: string[]) => {
  names.held.set('app.example', addresses);
  return addressesProbe.check({ hosts: ['app.example'], minimumAddresses: 2 }, {} as ProbeContext);
};
beforeEach(() => vi.stubEnv('OUTBOUND_ALLOW', ''));
afterEach(() => vi.unstubAllEnvs());

test('counts the public addresses behind a host, each once', async () => {
  expect(await look('93.184.216.34', '1.1.1.1')).toMatchObject({ verdict: 'good', summary: '2 addresses' });
  expect(await look('1.1.1.1', '1.1.1.1')).toMatchObject({ verdict: 'bad' });
});

test('a private address is not looked at unless the host of this machine opened it', async () => {
  expect(await look('10.0.0.4', '10.0.0.5')).toMatchObject({
    verdict: 'unknown',
    summary: expect.stringContaining('OUTBOUND_ALLOW does not open it on port 443'),
    measurement: { hosts: [{ addresses: [] }] },
  });
  vi.stubEnv('OUTBOUND_ALLOW', '10.0.0.0/8:443');
  expect(await look('10.0.0.4', '10.0.0.5')).toMatchObject({ verdict: 'good' });
});

test('link-local is never counted, whatever is opened', async () => {
  vi.stubEnv('OUTBOUND_ALLOW', '169.254.0.0/16:*');
  expect(await look('169.254.169.254', '169.254.1.1')).toMatchObject({ verdict: 'unknown' });
});
