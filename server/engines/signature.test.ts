import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { signMessage, verifyMessage } from './signature';

const secret = () => `whsec_${randomBytes(32).toString('base64')}`;
const [one, two] = [secret(), secret()];
const at = new Date('2026-11-20T08:11:42.400Z');
const body = '{"to":"/commands"}';
const headers = { ...signMessage({ id: 'm1', body, secrets: [one], at }) } as Record<string, string>;
const check = (change: Partial<Parameters<typeof verifyMessage>[0]> = {}) =>
  verifyMessage({ headers, body, secrets: [one], now: at, ...change });

test('a message is accepted as signed, and with either of two secrets while rotating', () => {
  expect(check()).toMatchObject({ ok: true, id: 'm1' });
  expect(check({ secrets: [two, one] }).ok).toBe(true);
  const both = { ...signMessage({ id: 'm1', body, secrets: [two, one], at }) };
  expect(check({ headers: both }).ok).toBe(true);
});

test('one changed byte, another id, another secret or a missing header is refused', () => {
  expect(check({ body: `${body} ` }).ok).toBe(false);
  expect(check({ headers: { ...headers, 'webhook-id': 'm2' } }).ok).toBe(false);
  expect(check({ secrets: [two] }).ok).toBe(false);
  for (const name of Object.keys(headers)) expect(check({ headers: { ...headers, [name]: undefined } }).ok).toBe(false);
});

test('older or newer than 300 s is refused', () => {
  const shifted = (seconds: number) => check({ now: new Date(at.getTime() + seconds * 1000) }).ok;
  expect([shifted(299), shifted(302), shifted(-299), shifted(-302)]).toEqual([true, false, true, false]);
});
