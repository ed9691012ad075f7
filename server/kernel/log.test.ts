import pino from 'pino';
import { expect, test, vi } from 'vitest';
import { log } from './log';

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
