import { expect, it } from 'vitest';
import { db, sql } from '@/db/client';
import { leverageApprovals } from '@/db/schema';
import { fixCapital } from '../../capital/actions';
import { Decimal } from '../../kernel/decimal';
import { newId } from '../../kernel/ids';
import { inTransaction } from '../../kernel/transaction';
import { appRouter } from '../../routers/_app';
import { personFixture } from '../../testing/people';
import { riskWorld } from '../testing/risk-world';
import { myRiskActions } from '../views/my-action-store';

type Person = Awaited<ReturnType<typeof personFixture>>;
const caller = (person: Person) => appRouter.createCaller(person.ctx).leverage;
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

async function world() {
  const w = await riskWorld({ refs: ['trend', 'carry'], engine: false });
  const { portfolioId } = w;
  const fix = (i: number, allocation: string) =>
    inTransaction((tx) =>
      fixCapital(tx, {
        portfolioId,
        strategyId: w.strategies[i]!.id,
        launchId: newId(),
        equity: new Decimal(100_000),
        allocation: new Decimal(allocation),
        tranche: 100,
      }),
    );
  const see = async (person: Person) => caller(person).view({ portfolioId });
  const propose = (person: Person, maximum = '1.5') =>
    caller(person).propose({ portfolioId, maximum, expiresAt: inDays(10), reason: 'Both sides are hedged.' });
  const approve = async (person: Person, id: string) => {
    const row = (await see(person)).rows.find((r) => r.id === id);
    const stepUp = await person.stepUp('risk.approve-leverage', row?.contentHash ?? '');
    return caller(person).approve({ leverageId: id, stepUp });
  };
  return { ...w, fix, see, propose, approve };
}

it('allocations may exceed 100 % once a risk officer and a manager signed, up to the stated sum and until the stated end', async () => {
  const w = await world();
  await w.fix(0, '0.9');
  await expect(w.fix(1, '0.5')).rejects.toMatchObject({ code: 'OVER_ALLOCATED' });
  const [quant, officer, manager] = [
    await personFixture('quant'),
    await personFixture('risk-officer'),
    await personFixture('manager'),
  ];
  await expect(w.propose(await personFixture('engineer'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const { id } = await w.propose(quant);
  await expect(w.propose(officer)).rejects.toThrow(/waits already/);
  await expect(w.approve(quant, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(caller(officer).approve({ leverageId: id, stepUp: 'none' })).rejects.toThrow(/second factor/);
  expect(await w.approve(officer, id)).toMatchObject({ inForce: false });
  await expect(w.approve(officer, id)).rejects.toThrow(/another person/);
  expect(await w.approve(await personFixture('risk-officer'), id)).toMatchObject({ inForce: false });
  expect((await myRiskActions(manager.actor, w.portfolioId)).map((i) => i.title)).toContain(
    'Approve leverage of 150\u00a0%',
  );
  await expect(w.fix(1, '0.5')).rejects.toMatchObject({ code: 'OVER_ALLOCATED' });
  expect(await w.approve(manager, id)).toMatchObject({ inForce: true });
  await expect(w.fix(1, '0.61')).rejects.toMatchObject({ code: 'OVER_ALLOCATED' });
  await w.fix(1, '0.6');
  expect(await w.see(quant)).toMatchObject({
    allocated: '1.500000000000',
    maximum: '1.5',
    rows: [{ state: 'in-force' }],
  });
  await sql`update leverage_approvals set expires_at = app.now() where id = ${id}`;
  await expect(w.fix(1, '0.6')).rejects.toMatchObject({ code: 'OVER_ALLOCATED' });
  expect(await w.see(quant)).toMatchObject({ maximum: '1', rows: [{ state: 'expired' }] });
});

it('is withdrawn by one person at once: under what is allocated only by a risk officer or manager', async () => {
  const w = await world();
  const [officer, manager, engineer] = [
    await personFixture('risk-officer'),
    await personFixture('manager'),
    await personFixture('engineer'),
  ];
  const { id } = await w.propose(officer);
  await w.approve(officer, id);
  await w.approve(manager, id);
  await w.fix(0, '0.9');
  await w.fix(1, '0.6');
  const withdraw = (person: Person) => caller(person).withdraw({ leverageId: id, reason: 'Margin was raised.' });
  await expect(withdraw(await personFixture('viewer'))).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(withdraw(engineer)).rejects.toThrow(/Risk officer or Manager/);
  await w.fix(1, '0.1');
  await withdraw(engineer);
  await expect(w.fix(1, '0.6')).rejects.toMatchObject({ code: 'OVER_ALLOCATED' });
  await expect(withdraw(officer)).rejects.toThrow(/not in force/);
  expect((await w.see(officer)).rows[0]).toMatchObject({ state: 'withdrawn', endedWhy: 'Margin was raised.' });
});

it('a proposal is taken back by who made it and turned down by who could approve it', async () => {
  const w = await world();
  const [quant, other, officer] = [
    await personFixture('quant'),
    await personFixture('quant'),
    await personFixture('risk-officer'),
  ];
  const first = await w.propose(quant);
  const withdraw = (person: Person, leverageId: string) => caller(person).withdraw({ leverageId, reason: 'No need.' });
  await expect(withdraw(other, first.id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await withdraw(quant, first.id);
  const second = await w.propose(quant);
  await withdraw(officer, second.id);
  await expect(w.approve(officer, second.id)).rejects.toThrow(/turned down/);
});

it('a new one in force takes the place of the one before, and signatures of people who lost the role fall away', async () => {
  const w = await world();
  const [officer, manager, gone] = [
    await personFixture('risk-officer'),
    await personFixture('manager'),
    await personFixture('manager'),
  ];
  const both = async (maximum: string) => {
    const { id } = await w.propose(officer, maximum);
    await w.approve(officer, id);
    return id;
  };
  const wide = await both('2');
  expect(await w.approve(gone, wide)).toMatchObject({ inForce: true });
  const narrow = await both('1.2');
  await sql`update people set disabled_at = app.now() where id = ${gone.id}`;
  expect(await w.approve(manager, narrow)).toMatchObject({ inForce: true });
  const { maximum, rows } = await w.see(officer);
  expect([maximum, ...rows.map((r) => r.state)]).toEqual(['1.2', 'in-force', 'withdrawn']);
  const third = await w.propose(officer, '1.4');
  const last = await personFixture('manager');
  await w.approve(last, third.id);
  await sql`update people set disabled_at = app.now() where id = ${last.id}`;
  expect(await w.approve(officer, third.id)).toMatchObject({ inForce: false });
  await sql`update leverage_approvals set proposed_at = app.now() - interval '73 hours' where id = ${third.id}`;
  await expect(w.approve(manager, third.id)).rejects.toThrow(/72 h/);
  expect(await db.select().from(leverageApprovals)).not.toHaveLength(0);
});
