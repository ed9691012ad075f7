import { getTableColumns } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { snapshots } from '@/db/schema';
import { SNAPSHOT_COLUMNS } from './snapshot-line';

const inSnake = (name: string) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

it('every column of a snapshot is written with its row', () => {
  const columns = Object.keys(getTableColumns(snapshots)).map(inSnake);
  expect(SNAPSHOT_COLUMNS.split(', ').sort()).toEqual(columns.sort());
});
