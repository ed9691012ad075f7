import { expect, test } from 'vitest';
import type { LocalSecrets } from './secrets';
import { settingsFrom } from './settings';

const strong = 'kR8v2Zq0mT4xW7yB1nC5dF9gH3jL6pS0';
const keyRing = `a1:${Buffer.alloc(32, 7).toString('base64')}`;
const local: LocalSecrets = {
  clusterPassword: strong,
  ownerPassword: strong,
  appPassword: strong,
  authSecret: `${strong}auth`,
  secretsKeys: keyRing,
  cronSecret: `${strong}cron`,
  metricsToken: `${strong}metrics`,
};
const production = {
  APP_URL: 'https://live.example.com',
  AUTH_SECRET: strong,
  SECRETS_KEYS: keyRing,
  CRON_SECRET: strong,
  METRICS_TOKEN: strong,
};

test('without any environment it runs on localhost:3000 with the generated secrets', () => {
  expect(settingsFrom({}, local)).toMatchObject({
    appUrl: 'http://localhost:3000',
    host: '127.0.0.1',
    isProduction: false,
    cronSecret: `${strong}cron`,
  });
});

test('production refuses to boot without each real secret, whatever was generated', () => {
  expect(settingsFrom(production, null).isProduction).toBe(true);
  for (const name of ['AUTH_SECRET', 'SECRETS_KEYS', 'CRON_SECRET', 'METRICS_TOKEN']) {
    for (const absent of [undefined, '']) {
      expect(() => settingsFrom({ ...production, [name]: absent }, local), name).toThrow(`${name} is missing`);
    }
  }
});

test('a weak secret is refused anywhere', () => {
  for (const weak of ['short', 'a'.repeat(64), 'abcabcabcabcabcabcabcabcabcabcabcabc']) {
    expect(() => settingsFrom({ ...production, CRON_SECRET: weak }, null), weak).toThrow('CRON_SECRET is weak');
    expect(() => settingsFrom({ AUTH_SECRET: weak }, local), weak).toThrow('AUTH_SECRET is weak');
  }
  for (const malformed of [strong, 'a1:short', `${keyRing},${keyRing}`, `${keyRing},`]) {
    expect(() => settingsFrom({ SECRETS_KEYS: malformed }, local), malformed).toThrow('SECRETS_KEYS is weak');
  }
});

test('plain http is for this machine only', () => {
  expect(() => settingsFrom({ APP_URL: 'http://live.example.com' }, local)).toThrow(/this machine only/);
  expect(() => settingsFrom({ APP_URL: 'live' }, local)).toThrow(/must be an address/);
  expect(() => settingsFrom({ APP_URL: 'https://live.example.com/app' }, local)).toThrow(/path/);
});

test('a port or database address that is none is told by name', () => {
  for (const PORT of ['0', 'x', '70000', '3000.5'])
    expect(() => settingsFrom({ PORT }, local), PORT).toThrow(/PORT is/);
  expect(() => settingsFrom({ DATABASE_URL: 'mysql://x@y/z' }, local)).toThrow(/DATABASE_URL must be/);
  expect(() => settingsFrom({ DATABASE_OWNER_URL: 'postgres://o@h/d' }, local)).toThrow(/without DATABASE_URL/);
  expect(settingsFrom({ DATABASE_URL: 'postgres://a@h/d' }, local).databaseOwnerUrl).toBe('postgres://a@h/d');
});
