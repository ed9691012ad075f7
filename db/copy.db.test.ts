import { sql as query } from 'drizzle-orm';
import { afterAll, expect, test } from 'vitest';
import { closeDatabase, db } from './client';
import { copyInto } from './copy';

afterAll(closeDatabase);

const TARGET = 'counters (kind, value)';
const kinds = async () =>
  (await db.execute<{ kind: string }>(query`select kind from counters where kind like 'copy-%' order by kind`)).map(
    (row) => row.kind,
  );
function* lines(count: number, last?: string) {
  for (let i = 0; i < count; i += 1) yield `copy-${String(i).padStart(4, '0')}\t${i}\n`;
  if (last) yield last;
}

test('lines are in the table when their transaction commits, and not when it does not', async () => {
  await db.transaction((tx) => copyInto(tx, TARGET, lines(300)));
  expect(await kinds()).toHaveLength(300);
  await db
    .transaction(async (tx) => {
      await copyInto(tx, TARGET, ['copy-x\t1\n']);
      throw new Error('something after it');
    })
    .catch(() => {});
  expect(await kinds()).toHaveLength(300);
});

test('a line the table refuses fails the transaction at once, keeps nothing of it, and leaves the connections usable', async () => {
  const refused = db.transaction((tx) => copyInto(tx, TARGET, lines(0, 'copy-bad\tno number\n')));
  await expect(refused).rejects.toThrow(/invalid input syntax/);
  const twice = db.transaction((tx) => copyInto(tx, TARGET, lines(2_000)));
  await expect(twice).rejects.toThrow(/duplicate key/);
  expect(await kinds()).toHaveLength(300);
  await Promise.all(Array.from({ length: 20 }, () => db.execute(query`select 1`)));
});

test('lines that cannot be made fail the transaction, too', async () => {
  const broken = function* () {
    yield 'copy-y\t1\n';
    throw new Error('no line');
  };
  await expect(db.transaction((tx) => copyInto(tx, TARGET, broken()))).rejects.toThrow();
  expect(await kinds()).toHaveLength(300);
  await Promise.all(Array.from({ length: 20 }, () => db.execute(query`select 1`)));
});
