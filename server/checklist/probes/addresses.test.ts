import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { ProbeContext } from '../probe';
import { addressesProbe } from './addresses.probe';

/** An address in place of a name is its own only answer, so that no name server is asked. */
const look = (host: string) => addressesProbe.check({ hosts: [host], minimumAddresses: 1 }, {} as ProbeContext);
beforeEach(() => vi.stubEnv('OUTBOUND_ALLOW', ''));
afterEach(() => vi.unstubAllEnvs());

test('counts the public addresses behind a host', async () => {
  expect(await look('1.1.1.1')).toMatchObject({ verdict: 'good', summary: '1 addresses' });
  const two = { hosts: ['1.1.1.1'], minimumAddresses: 2 };
  expect(await addressesProbe.check(two, {} as ProbeContext)).toMatchObject({
    verdict: 'bad',
    summary: '1.1.1.1 has 1, at least 2 are asked for',
  });
});

test('a private address is not looked at unless the host of this machine opened it', async () => {
  expect(await look('10.0.0.4')).toMatchObject({
    verdict: 'unknown',
    summary: expect.stringContaining('OUTBOUND_ALLOW does not open it on port 443'),
    measurement: { hosts: [{ addresses: [] }] },
  });
  vi.stubEnv('OUTBOUND_ALLOW', '10.0.0.0/8:443');
  expect(await look('10.0.0.4')).toMatchObject({ verdict: 'good' });
});

test('link-local is never counted, whatever is opened', async () => {
  vi.stubEnv('OUTBOUND_ALLOW', '169.254.0.0/16:*');
  for (const host of ['169.254.169.254', '2852039166'])
    expect(await look(host)).toMatchObject({ verdict: 'unknown', measurement: { hosts: [{ addresses: [] }] } });
});
