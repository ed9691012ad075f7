import { expect, it } from 'vitest';
import { sql } from '@/db/client';
import { loadContext } from '../risk/ingest/context-store';
import { riskWorld } from '../risk/testing/risk-world';
import { appRouter } from '../routers/_app';
import { personFixture } from '../testing/people';

type Person = Awaited<ReturnType<typeof personFixture>>;
const caller = (person: Person) => appRouter.createCaller(person.ctx).portfolios;
const reason = 'The prime broker was changed.';

it('a risk officer or admin adds an account; it is awaited from then on', async () => {
  const w = await riskWorld({ engine: false });
  const add = (person: Person, code: string) => caller(person).addAccount({ portfolioId: w.portfolioId, code, reason });
  for (const role of ['viewer', 'engineer', 'quant', 'manager', 'board'] as const)
    await expect(add(await personFixture(role), 'second')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const elsewhere = await riskWorld({ engine: false });
  const stranger = await personFixture({ role: 'risk-officer', portfolioId: elsewhere.portfolioId });
  await expect(add(stranger, 'second')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const officer = await personFixture('risk-officer');
  const id = await add(officer, 'second');
  await expect(add(await personFixture('admin'), 'second')).rejects.toThrow(/already/);
  expect((await loadContext(w.portfolioId))?.evaluation.accounts).toContain(id);
  expect((await caller(officer).list()).find((p) => p.id === w.portfolioId)?.accounts).toEqual(['main', 'second']);
  await w.feed([{ at: 0, equity: 100_000, sequence: 0 }]);
  const { rows } = await appRouter.createCaller(officer.ctx).risk.limits({ portfolioId: w.portfolioId });
  expect(rows.find((r) => r.measure === 'drawdown')).toMatchObject({ state: 'unknown' });
});

it('a holiday and an early close are set for the whole firm, by who holds the role there, and recorded', async () => {
  const admin = await personFixture('admin');
  const set = (person: Person, day: string, hours: 'closed' | 'regular' | { opens: string; closes: string }) =>
    caller(person).changeCalendar({ calendarId: 'XNYS', day, hours, reason: 'Announced by the exchange.' });
  const day = `${new Date().getUTCFullYear() + 1}-08-14`;
  const shown = async () =>
    (await caller(admin).calendarDays()).find((c) => c.id === 'XNYS')?.exceptions.find((e) => e.day === day);
  for (const role of ['viewer', 'engineer', 'quant', 'manager', 'board'] as const)
    await expect(set(await personFixture(role), day, 'closed')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const w = await riskWorld({ engine: false });
  const local = await personFixture({ role: 'risk-officer', portfolioId: w.portfolioId });
  await expect(set(local, day, 'closed')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await set(admin, day, 'closed');
  expect(await shown()).toEqual({ day, hours: null });
  await set(await personFixture('risk-officer'), day, { opens: '09:30', closes: '13:00' });
  expect(await shown()).toEqual({ day, hours: ['09:30', '13:00'] });
  await set(admin, day, 'regular');
  expect(await shown()).toBeUndefined();
  await expect(set(admin, '2024-08-14', 'closed')).rejects.toThrow(/stand as they were/);
  const events = await sql`select type from events where subject_kind = 'calendar' and subject_id = 'XNYS'`;
  expect(events.map((e) => e.type)).toEqual(Array.from({ length: 3 }, () => 'calendar.changed'));
});
