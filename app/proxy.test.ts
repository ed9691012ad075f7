import { NextRequest } from 'next/server';
import { afterEach, expect, test, vi } from 'vitest';
import { proxy } from '@/proxy';

afterEach(() => vi.unstubAllEnvs());

const ask = (path: string, cookie?: string) =>
  proxy(new NextRequest(`https://live.example.com${path}`, { headers: cookie ? { cookie } : {} }));

test('each page has a nonce of its own, and no script runs without it', () => {
  const policies = [1, 2].map(() => ask('/login').headers.get('content-security-policy') ?? '');
  const nonces = policies.map((policy) => /script-src 'self' 'nonce-([^']{20,})' 'strict-dynamic'/.exec(policy)?.[1]);
  expect(new Set(nonces).size).toBe(2);
  for (const policy of policies) {
    expect(/script-src[^;]*/.exec(policy)?.[0]).not.toMatch(/unsafe/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("object-src 'none'");
    expect(policy).toContain("base-uri 'self'");
  }
});

test('over https a browser is told to come back by https only; on this machine it is not', () => {
  vi.stubEnv('APP_URL', 'https://live.example.com');
  expect(ask('/login').headers.get('strict-transport-security')).toMatch(/^max-age=\d{8}; includeSubDomains$/);
  vi.stubEnv('APP_URL', 'http://localhost:3000');
  expect(ask('/login').headers.get('strict-transport-security')).toBeNull();
});

test('a visitor without a session is sent to sign in, on this host, with the way back', () => {
  vi.stubEnv('APP_URL', 'https://live.example.com');
  const answer = ask('/risk?window=1d');
  expect(answer.status).toBe(307);
  expect(answer.headers.get('location')).toBe('https://live.example.com/login?from=%2Frisk%3Fwindow%3D1d');
  expect(ask('/risk', '__Host-going-live.session=x').status).toBe(200);
});
