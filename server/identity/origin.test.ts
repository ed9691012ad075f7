import { expect, test } from 'vitest';
import { assertOwnOrigin, assertOwnSite, neighbourhoodOf, requestIp } from './origin';

const OWN = 'https://live.example.com';
const request = (method: string, headers: Record<string, string>) =>
  new Request(`${OWN}/api/trpc/launch.hold`, { method, headers, body: method === 'POST' ? '{}' : undefined });
const json = { 'content-type': 'application/json', origin: OWN };

test('a JSON change of our own pages passes', () => {
  assertOwnOrigin(request('POST', json), OWN);
  assertOwnOrigin(request('POST', { ...json, 'sec-fetch-site': 'same-origin' }), OWN);
  assertOwnOrigin(request('GET', {}), OWN);
});

test.each([
  ['plain text', { ...json, 'content-type': 'text/plain' }],
  ['a form', { ...json, 'content-type': 'application/x-www-form-urlencoded' }],
  ['a form with files', { ...json, 'content-type': 'multipart/form-data; boundary=x' }],
  ['no type at all', { origin: OWN }],
  ['a foreign origin', { ...json, origin: 'https://evil.example' }],
  ['an origin of nowhere', { ...json, origin: 'null' }],
  ['our name on another port', { ...json, origin: 'https://live.example.com:8443' }],
  ['our name over http', { ...json, origin: 'http://live.example.com' }],
  ['another site', { ...json, 'sec-fetch-site': 'cross-site' }],
  ['a sister site', { ...json, 'sec-fetch-site': 'same-site' }],
])('a change sent as or from %s is refused', (_, headers) => {
  expect(() => assertOwnOrigin(request('POST', headers as Record<string, string>), OWN)).toThrow(
    expect.objectContaining({ code: 'FORBIDDEN' }),
  );
});

test('a read caused by another site is refused as well, so that nothing of ours is included elsewhere', () => {
  expect(() => assertOwnSite(request('GET', { 'sec-fetch-site': 'cross-site' }), OWN)).toThrow(/another site/);
});

test('of a chain of forwarders only the last hop is believed', () => {
  expect(requestIp(new Headers({ 'x-forwarded-for': '1.2.3.4, 10.0.0.9' }))).toBe('10.0.0.9');
  expect(requestIp(new Headers())).toBe('');
});

test('addresses that one sender has at hand are one neighbourhood: of IPv6 a whole network, of IPv4 the address', () => {
  expect(['203.0.113.7', '::ffff:203.0.113.7', ''].map(neighbourhoodOf)).toEqual(['203.0.113.7', '203.0.113.7', '']);
  const network = ['2001:db8:0:1::7', '2001:DB8:0:1:ffff::', '2001:0db8:0000:0001:1:2:3:4'].map(neighbourhoodOf);
  expect(new Set(network)).toEqual(new Set(['2001:db8:0:1::/64']));
  const written = ['203.0.113.7:5678', '[::ffff:cb00:7107]:80', '::ffff:cb00:7107'].map(neighbourhoodOf);
  expect(new Set(written)).toEqual(new Set(['203.0.113.7']));
  expect(neighbourhoodOf('[2001:db8:0:1::7]:443')).toBe('2001:db8:0:1::/64');
  expect(neighbourhoodOf('no address')).toBe('no address');
  expect([neighbourhoodOf('2001:db8::1'), neighbourhoodOf('::1')]).toEqual(['2001:db8:0:0::/64', '0:0:0:0::/64']);
});
