import { afterAll, beforeEach, expect, test } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { newId } from '../kernel/ids';
import { inTransaction } from '../kernel/transaction';
import { portfolioFixture } from '../testing/engines';
import { personFixture } from '../testing/people';
import { createChecklist } from './edit-actions';
import { TEMPLATE } from './template';
import { extendTemplate } from './template-actions';
import { templateInForce } from './template-store';

beforeEach(() => sql`delete from checklist_templates`);
afterAll(closeDatabase);

const item = (text = 'Tax treatment of the instruments is agreed with the auditor') => ({
  section: 'Operational' as const,
  text,
  owner: 'manager' as const,
  critical: true,
  evidence: ['text' as const],
  dueDays: 10,
});
const copied = async () => {
  const launchId = newId();
  const version = await inTransaction((tx, now) => createChecklist(tx, launchId, now));
  const rows = await sql<{ number: number; text: string; is_critical: boolean }[]>`
    select number, text, is_critical from checklist_items where launch_id = ${launchId} order by number`;
  return { version, rows };
};

test('a launch copies the template of its day: an addition is in the next one, with its number', async () => {
  const manager = await personFixture({ role: 'manager', portfolioId: null });
  const before = await copied();
  expect([before.version, before.rows.length]).toEqual([1, TEMPLATE.length]);
  expect(await extendTemplate(manager.actor, { version: 1, ...item() })).toEqual({ version: 2 });
  const after = await copied();
  expect(after.version).toBe(2);
  expect(after.rows.at(-1)).toEqual({ number: 24, text: item().text, is_critical: true });
  expect(after.rows.slice(0, -1)).toEqual(before.rows);
});

test('two people who add to the same version do not lose one of the items', async () => {
  const [a, b] = [
    await personFixture({ role: 'manager', portfolioId: null }),
    await personFixture({ role: 'risk-officer', portfolioId: null }),
  ];
  const both = await Promise.allSettled([
    extendTemplate(a.actor, { version: 1, ...item('The desk has a deputy on each day') }),
    extendTemplate(b.actor, { version: 1, ...item('The venue knows whom it calls at night') }),
  ]);
  expect(both.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'TEMPLATE_CHANGED' } });
  await extendTemplate(b.actor, { version: 2, ...item('The venue is told of each release') });
  expect((await templateInForce()).items).toHaveLength(TEMPLATE.length + 2);
  await expect(
    extendTemplate(a.actor, { version: 3, ...item('the venue is  told of each release') }),
  ).rejects.toMatchObject({ code: 'ALREADY_THERE' });
});

test('an admin, an engineer, and a manager of one portfolio do not change what the firm asks of every launch', async () => {
  for (const wish of [
    { role: 'admin' as const, portfolioId: null },
    { role: 'engineer' as const, portfolioId: null },
    { role: 'manager' as const, portfolioId: await portfolioFixture() },
  ]) {
    const person = await personFixture(wish);
    await expect(extendTemplate(person.actor, { version: 1, ...item() })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  }
});
