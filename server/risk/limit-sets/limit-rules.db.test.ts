import { and, eq } from 'drizzle-orm';
import { expect, it } from 'vitest';
import { db } from '@/db/client';
import { breachEpisodes } from '@/db/schema';
import { appRouter } from '../../routers/_app';
import { personFixture } from '../../testing/people';
import { loadContext } from '../ingest/context-store';
import { riskWorld } from '../testing/risk-world';
import { maxAgeMs } from '../unknown';
import { findLimitSet } from './limit-store';

type Person = Awaited<ReturnType<typeof personFixture>>;
const caller = (person: Person) => appRouter.createCaller(person.ctx).risk;

async function world() {
  const w = await riskWorld({ ago: 600 });
  const { portfolioId } = w;
  const change = (person: Person, rules: Parameters<ReturnType<typeof caller>['changeLimits']>[0]['rules']) =>
    caller(person).changeLimits({ portfolioId, edits: [], rules, reason: 'The feed is slower.' });
  const approve = async (id: string) => {
    for (const role of ['risk-officer', 'manager'] as const) {
      const person = await personFixture(role);
      const stepUp = await person.stepUp('risk.approve-limits', (await findLimitSet(id))?.contentHash ?? '');
      await caller(person).approveLimits({ limitSetId: id, stepUp });
    }
  };
  let sequence = 0;
  const cash = (seconds: number, share: number) => {
    sequence += 1;
    return w.feed([{ at: seconds, equity: 100_000, sequence, cash: share * 100_000 }]);
  };
  const breaches = () =>
    db
      .select()
      .from(breachEpisodes)
      .where(and(eq(breachEpisodes.portfolioId, portfolioId), eq(breachEpisodes.tier, 'hard')));
  const age = async () => maxAgeMs((await loadContext(portfolioId))!.evaluation.reportingIntervalMs);
  return { ...w, change, approve, cash, breaches, age };
}

it('data are unknown sooner at once, later only with two people', async () => {
  const w = await world();
  const [engineer, officer] = [await personFixture('engineer'), await personFixture('risk-officer')];
  expect(await w.age()).toBe(15_000);
  expect(await w.change(engineer, { maxAgeMs: 11_000 })).toMatchObject({ inForce: true });
  expect(await w.age()).toBe(11_000);
  await expect(w.change(engineer, { maxAgeMs: 40_000 })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(w.change(officer, { maxAgeMs: 5_000 })).rejects.toThrow(/10 s to 3600 s/);
  const later = await w.change(officer, { maxAgeMs: 40_000 });
  expect([later.inForce, await w.age()]).toEqual([false, 11_000]);
  await w.approve(later.id);
  expect(await w.age()).toBe(40_000);
  const { versions, maxAgeMs: shown } = await caller(officer).versions({ portfolioId: w.portfolioId });
  expect([shown, versions[0]?.lines.at(-1)]).toEqual([40_000, 'Data unknown after 40 s']);
  expect(await w.change(engineer, { maxAgeMs: null })).toMatchObject({ inForce: true });
  expect(await w.age()).toBe(15_000);
});

it('an age under that of the data there are is set by a risk officer or manager', async () => {
  const w = await world();
  const [engineer, officer] = [await personFixture('engineer'), await personFixture('risk-officer')];
  await w.cash(0, 0.5);
  await expect(w.change(engineer, { maxAgeMs: 12_000 })).rejects.toThrow(/unknown at once/);
  expect(await w.change(officer, { maxAgeMs: 12_000 })).toMatchObject({ inForce: true });
});

it('fewer samples confirm a breach at once, more of them only with two people', async () => {
  const w = await world();
  const [engineer, officer] = [await personFixture('engineer'), await personFixture('risk-officer')];
  expect(await w.change(engineer, { confirmation: { cash: { needed: 1, of: 3 } } })).toMatchObject({ inForce: true });
  await w.cash(0, 0.5);
  await w.cash(1, 0.09);
  expect(await w.breaches()).toHaveLength(1);
  const slow = await world();
  const more = await slow.change(officer, { confirmation: { cash: { needed: 3, of: 3 } } });
  expect(more.inForce).toBe(false);
  await slow.approve(more.id);
  await slow.cash(0, 0.5);
  for (const seconds of [1, 2]) await slow.cash(seconds, 0.09);
  expect(await slow.breaches()).toHaveLength(0);
  await expect(slow.change(engineer, { confirmation: { cash: null } })).rejects.toThrow(/breached at once/);
  await slow.cash(3, 0.09);
  expect(await slow.breaches()).toHaveLength(1);
  const { general, counts } = await caller(officer).versions({ portfolioId: slow.portfolioId });
  expect(counts.cash).toEqual({ needed: 3, of: 3 });
  expect(general.find((l) => l.measure === 'cash')?.rules).toMatch(/3 of 3 samples/);
});

it('of two versions that wait on the same one, the second to be approved is proposed again', async () => {
  const w = await world();
  const officer = await personFixture('risk-officer');
  const first = await w.change(officer, { maxAgeMs: 40_000 });
  const second = await w.change(officer, { maxAgeMs: 60_000 });
  await w.approve(first.id);
  await expect(w.approve(second.id)).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(w.approve(second.id)).rejects.toThrow(/came into force since this was proposed/);
  expect(await w.age()).toBe(40_000);
});
