import { afterEach, expect, test, vi } from 'vitest';
import { DomainError } from '../kernel/errors';
import { log } from '../kernel/log';
import { problem } from './errors';

afterEach(() => vi.restoreAllMocks());

test('an error nobody expected is told to the log, and to the caller only that it happened', async () => {
  const told = vi.spyOn(log, 'error').mockImplementation(() => {});
  const error = new Error('relation "people" does not exist: select totp_secret_box from people');
  const answer = problem(error, '/api/v1/evidence');
  expect(answer.status).toBe(500);
  const text = await answer.text();
  expect(text).not.toMatch(/people|select|secret|\.ts|Error/);
  expect(JSON.parse(text)).toMatchObject({ title: 'INTERNAL', status: 500, instance: '/api/v1/evidence' });
  expect(told).toHaveBeenCalledWith({ path: '/api/v1/evidence', err: error }, 'request failed');
});

test('an expected one says its words and data; its detail is for the log, and data cannot pose as the status', async () => {
  const told = vi.spyOn(log, 'warn').mockImplementation(() => {});
  const data = { status: 200, retryAfterSeconds: 7 };
  const answer = problem(new DomainError('TOO_MANY', 'Slow down.', { detail: 'gl_abc', data }), '/api/x');
  const body = await answer.json();
  expect(body).toMatchObject({ title: 'TOO_MANY', status: 429, detail: 'Slow down.' });
  expect(JSON.stringify(body)).not.toContain('gl_abc');
  expect(answer.headers.get('retry-after')).toBe('7');
  expect(told).toHaveBeenCalledOnce();
});
