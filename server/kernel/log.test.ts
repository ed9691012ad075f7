import { DrizzleQueryError } from 'drizzle-orm';
import pino from 'pino';
import { expect, test, vi } from 'vitest';
import { log, loggedError } from './log';

type Stream = { write: (line: string) => void };

test('what proves who someone is never reaches the log, at the top of an entry or one step down', () => {
  const lines: string[] = [];
  const stream = (log as unknown as Record<symbol, Stream>)[pino.symbols.streamSym]!;
  const write = vi.spyOn(stream, 'write').mockImplementation((line) => void lines.push(line));
  const before = log.level;
  log.level = 'info';
  const proofs = ['authorization', 'cookie', 'password', 'code', 'token', 'secret', 'key', 'ticket', 'stepUp'];
  const given = Object.fromEntries(proofs.map((name) => [name, `hidden-${name}`]));
  log.info({ ...given, headers: given, path: '/api/v1/snapshots' }, 'asked');
  log.level = before;
  write.mockRestore();
  expect(lines).toHaveLength(1);
  expect(lines[0]).toContain('/api/v1/snapshots');
  expect(lines[0]).not.toContain('hidden-');
});

test('a statement that failed is logged with its cause and without its values', () => {
  const cause = Object.assign(new Error('duplicate key'), { detail: 'Key (email)=(hidden@desk.example) exists.' });
  const error = new DrizzleQueryError('insert into people values ($1)', ['hidden-\nvalue'], cause);
  const told = JSON.stringify(loggedError(error));
  expect(told).toContain('insert into people');
  expect(told).toContain('duplicate key');
  expect(told).toContain('log.test');
  expect(told).not.toMatch(/hidden|value"|nvalue/);
});
