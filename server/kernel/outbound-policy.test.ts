import { expect, test } from 'vitest';
import { judgeAddress, parseAllowRules } from './outbound-policy';

const verdict = (address: string, port: number, allow = '') =>
  judgeAddress(address, port, parseAllowRules(allow)).allowed;

test('private, loopback and special addresses are refused in every clothing', () => {
  const refused = [
    '127.0.0.1',
    '127.8.8.8',
    '::1',
    '::ffff:127.0.0.1',
    '0.0.0.0',
    '10.1.2.3',
    '172.16.0.1',
    '192.168.1.1',
  ];
  refused.push(
    '100.64.0.1',
    'fd12::1',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    'nonsense',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
  );
  for (const address of refused) expect([address, verdict(address, 443)]).toEqual([address, false]);
});

test('public addresses pass', () => {
  expect(verdict('93.184.216.34', 443)).toBe(true);
  expect(verdict('2606:2800:220:1::1', 443)).toBe(true);
});

test('a rule opens one network on its ports only', () => {
  expect(verdict('127.0.0.1', 4455, '127.0.0.1/32:4455')).toBe(true);
  expect(verdict('::ffff:127.0.0.1', 4455, '127.0.0.1/32:4455')).toBe(true);
  expect(verdict('127.0.0.1', 4456, '127.0.0.1/32:4455')).toBe(false);
  expect(verdict('127.0.0.2', 4455, '127.0.0.1/32:4455')).toBe(false);
  expect(verdict('10.9.9.9', 8080, '::1/128:1-9, 10.0.0.0/8:8000-8100')).toBe(true);
  expect(verdict('::1', 99, '::1/128:*')).toBe(true);
});

test('the metadata addresses of clouds are never reached, whatever the rules say', () => {
  for (const address of ['169.254.169.254', '::ffff:169.254.169.254', 'fe80::1', 'fd00:ec2::254', '0.1.2.3'])
    expect([address, verdict(address, 80, '0.0.0.0/0:*, ::/0:*')]).toEqual([address, false]);
});

test('an entry that cannot be read is an error, not a hole', () => {
  for (const text of ['10.0.0.0/8', 'localhost:80', '10.0.0.0/8:0', '10.0.0.0/8:9-3', '300.0.0.0/8:80'])
    expect(() => parseAllowRules(text)).toThrow(/OUTBOUND_ALLOW/);
});
