import { expect, it } from 'vitest';
import { sql } from '@/db/client';
import { readNow } from '../../kernel/transaction';
import { appRouter } from '../../routers/_app';
import { personFixture } from '../../testing/people';
import { limitFor, setsInForce } from '../limits';
import { riskWorld } from '../testing/risk-world';
import { findLimitSet, limitSetsOf } from './limit-store';

type Person = Awaited<ReturnType<typeof personFixture>>;
const caller = (person: Person) => appRouter.createCaller(person.ctx).risk;
const HOUR = 3_600_000;

async function world() {
  const w = await riskWorld();
  const { portfolioId } = w;
  const [officer, manager, engineer] = [
    await personFixture('risk-officer'),
    await personFixture('manager'),
    await personFixture('engineer'),
  ];
  const spx = { measure: 'position' as const, appliesTo: 'portfolio' as const, instrument: 'SPX' };
  const override = (person: Person, hard: string, wish: Record<string, unknown> = {}) =>
    caller(person).overrideLimit({
      portfolioId,
      ...spx,
      hard,
      startsAt: null,
      days: null,
      reason: 'Index ETF.',
      ...wish,
    });
  const approve = async (id: string) => {
    const hash = (await findLimitSet(id))?.contentHash ?? '';
    for (const person of [officer, manager]) {
      const stepUp = await person.stepUp('risk.approve-limits', hash);
      await caller(person).approveLimits({ limitSetId: id, stepUp });
    }
  };
  const hard = async (after = 0, wanted: Parameters<typeof limitFor>[1] = { ...spx, subject: 'SPX' }) => {
    const at = new Date((await readNow()).getTime() + after);
    return limitFor(setsInForce((await limitSetsOf(portfolioId)).sets, at), wanted, at)?.hard.toFixed();
  };
  const withdraw = (person: Person, limitSetId: string) =>
    caller(person).withdrawOverride({ limitSetId, reason: 'The fund was sold.' });
  const states = async () => (await caller(officer).versions({ portfolioId })).versions.map((v) => v.state);
  const hold = (quantity: number) =>
    w.feed([
      {
        at: 60 + quantity,
        equity: 100_000,
        sequence: quantity,
        cash: 50_000,
        positions: [{ strategy: 'trend', instrument: 'SPX', quantity, price: 500 }],
      },
    ]);
  return { ...w, officer, manager, engineer, override, approve, hard, withdraw, states, hold };
}

it('a risk officer alone takes an override back: it ends now, recorded, and the limit before it counts', async () => {
  const w = await world();
  const { id } = await w.override(w.officer, '0.9', { days: 5 });
  await expect(w.withdraw(w.officer, id)).rejects.toThrow(/not in force/);
  await w.approve(id);
  expect(await w.hard()).toBe('0.9');
  await expect(w.withdraw(await personFixture('viewer'), id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(w.withdraw(await personFixture('quant'), id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await w.withdraw(w.officer, id);
  expect([await w.hard(), await w.states()]).toEqual(['0.05', ['withdrawn']]);
  const { versions } = await caller(w.officer).versions({ portfolioId: w.portfolioId });
  expect(versions[0]).toMatchObject({ endedByName: w.officer.name, endedWhy: 'The fund was sold.' });
  const events = await sql`select type from events where subject_id = ${id} order by seq desc limit 1`;
  expect(events[0]?.type).toBe('risk.override-withdrawn');
});

it('taking back never loosens: a stricter override is replaced by two people only', async () => {
  const w = await world();
  const { id, inForce } = await w.override(w.engineer, '0.02');
  expect([inForce, await w.hard()]).toEqual([true, '0.02']);
  await expect(w.withdraw(w.officer, id)).rejects.toThrow(/two people/);
  const looser = await w.override(w.officer, '0.04');
  expect(looser.inForce).toBe(false);
  await w.approve(looser.id);
  expect([await w.hard(), await w.states()]).toEqual(['0.04', ['in-force', 'past']]);
});

it('an approved override is tightened by one person alone, and a later tightening of all counts under it', async () => {
  const w = await world();
  await w.approve((await w.override(w.officer, '0.9')).id);
  expect((await w.override(w.engineer, '0.5')).inForce).toBe(true);
  await expect(w.override(w.engineer, '0.5')).rejects.toThrow(/holds already/);
  await expect(w.override(w.engineer, '0.6')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect([await w.hard(), await w.states()]).toEqual(['0.5', ['in-force', 'in-force']]);
});

it('who tightens or takes back what would breach at once is a risk officer or manager', async () => {
  const w = await world();
  const { id } = await w.override(w.officer, '0.9');
  await w.approve(id);
  await w.hold(40);
  await expect(w.override(w.engineer, '0.15')).rejects.toThrow(/breached at once/);
  await expect(w.withdraw(w.engineer, id)).rejects.toThrow(/breached at once/);
  expect((await w.override(w.engineer, '0.3')).inForce).toBe(true);
  expect((await w.override(w.officer, '0.15')).inForce).toBe(true);
});

it('an override starts later where it says so, and not before', async () => {
  const w = await world();
  const startsAt = new Date(Date.now() + 3 * HOUR);
  const { id } = await w.override(w.officer, '0.9', { startsAt, days: 1 });
  await w.approve(id);
  expect([await w.hard(), await w.hard(4 * HOUR), await w.hard(28 * HOUR)]).toEqual(['0.05', '0.9', '0.05']);
  expect(await w.states()).toEqual(['scheduled']);
  await expect(w.override(w.officer, '0.9', { startsAt: new Date(Date.now() - HOUR) })).rejects.toThrow(
    /later than now/,
  );
});

it('a measure is overridden for 5 days at most, by two people where that is looser', async () => {
  const w = await world();
  const drawdown = { measure: 'drawdown', appliesTo: 'portfolio', instrument: null };
  const wanted = { measure: 'drawdown' as const, appliesTo: 'portfolio' as const, subject: null };
  await expect(w.override(w.officer, '0.12', { ...drawdown, days: null })).rejects.toThrow(/for good/);
  await expect(w.override(w.officer, '0.12', { ...drawdown, days: 6 })).rejects.toThrow(/5 days/);
  await expect(w.override(w.officer, '0.12', { ...drawdown, instrument: 'SPX', days: 1 })).rejects.toThrow(
    /instrument/,
  );
  const looser = await w.override(w.officer, '0.12', { ...drawdown, days: 5 });
  expect([looser.inForce, await w.hard(0, wanted)]).toEqual([false, '0.1']);
  await w.approve(looser.id);
  expect([await w.hard(0, wanted), await w.hard(121 * HOUR, wanted)]).toEqual(['0.12', '0.1']);
  expect((await w.override(w.engineer, '0.08', { ...drawdown, days: 2 })).inForce).toBe(true);
  expect([await w.hard(0, wanted), await w.hard(49 * HOUR, wanted)]).toEqual(['0.08', '0.12']);
  const { general } = await caller(w.officer).versions({ portfolioId: w.portfolioId });
  expect(general.find((l) => l.measure === 'drawdown' && l.appliesTo === 'portfolio')?.hard).toBe('0.1');
});

it('a proposal whose end has passed is not approved any more', async () => {
  const w = await world();
  const { id } = await w.override(w.officer, '0.9', { days: 1 });
  await sql`update limit_sets set expires_at = app.now() where id = ${id}`;
  await expect(w.approve(id)).rejects.toThrow(/has passed/);
});
