import { expect, test } from 'vitest';
import { type CertificateLook, certificateFault, parseHostPort } from './certificate';

const NOW = new Date('2026-11-19T15:00:00Z');
const look = (over: Partial<Extract<CertificateLook, { ok: true }>> = {}): CertificateLook => ({
  host: 'api.example:443',
  ok: true,
  authorized: true,
  why: '',
  subject: 'api.example',
  issuer: 'CA',
  validTo: new Date(NOW.getTime() + 61 * 86_400_000),
  protocol: 'TLSv1.3',
  chain: [],
  ...over,
});

test('a trusted certificate with days left has no fault', () => {
  expect(certificateFault(look(), 21, NOW)).toBeNull();
});

test('an untrusted chain is bad with its reason, however long it is valid', () => {
  expect(certificateFault(look({ authorized: false, why: 'self-signed certificate' }), 21, NOW)).toContain(
    'self-signed',
  );
});

test('too few days left, expired, and no answer are each said', () => {
  const soon = new Date(NOW.getTime() + 5 * 86_400_000);
  expect(certificateFault(look({ validTo: soon }), 21, NOW)).toContain('5 d left');
  expect(certificateFault(look({ validTo: new Date(NOW.getTime() - 1) }), 21, NOW)).toContain('-1 d left');
  expect(certificateFault({ host: 'x', ok: false, why: 'No connection.' }, 21, NOW)).toBe('x: No connection.');
});

test('hosts are read with and without a port', () => {
  expect(parseHostPort('api.example')).toEqual({ host: 'api.example', port: 443 });
  expect(parseHostPort('127.0.0.1:8443')).toEqual({ host: '127.0.0.1', port: 8443 });
  expect(parseHostPort('[::1]:8443')).toEqual({ host: '::1', port: 8443 });
  expect(parseHostPort('https://api.example')).toBeNull();
  expect(parseHostPort('api.example:99999')).toBeNull();
});
