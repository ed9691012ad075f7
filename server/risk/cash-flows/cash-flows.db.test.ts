import { expect, it } from 'vitest';
import { sql } from '@/db/client';
import { appRouter } from '../../routers/_app';
import { personFixture } from '../../testing/people';
import { findState } from '../ingest/state-store';
import { riskWorld } from '../testing/risk-world';

type Person = Awaited<ReturnType<typeof personFixture>>;
const caller = (person: Person) => appRouter.createCaller(person.ctx);

async function world(ago = 3_600) {
  const w = await riskWorld({ ago });
  const { portfolioId } = w;
  const [account] = await sql<{ id: string }[]>`select id from accounts where portfolio_id = ${portfolioId}`;
  const propose = (person: Person, amount: string, seconds: number, wish: Record<string, unknown> = {}) =>
    caller(person).cashFlows.propose({
      portfolioId,
      accountId: account!.id,
      amount,
      currency: 'USD',
      effectiveAt: new Date(w.start.getTime() + seconds * 1_000),
      isAnother: false,
      reason: 'Wire of the client.',
      ...wish,
    });
  const approve = async (person: Person, cashFlowId: string) => {
    const { rows } = await caller(person).cashFlows.view({ portfolioId });
    const hash = rows.find((r) => r.id === cashFlowId)?.contentHash ?? '';
    const stepUp = await person.stepUp('risk.approve-cash-flow', hash);
    return caller(person).cashFlows.approve({ cashFlowId, stepUp });
  };
  const feed = (equities: number[], from = 0, flows?: number[][]) =>
    w.feed(equities.map((equity, i) => ({ at: (from + i) * 60, equity, sequence: from + i, flows: flows?.[i] ?? [] })));
  const figures = async () => {
    const row = await findState(portfolioId);
    return { drawdown: Number(row?.drawdownFraction), highWater: Number(row?.highWater), dayPnl: Number(row?.dayPnl) };
  };
  return { ...w, propose, approve, feed, figures };
}
const two = async () => [await personFixture('risk-officer'), await personFixture('manager')] as const;

it('a withdrawal recorded by hand is as neutral as one that the snapshot stated', async () => {
  const [byHand, stated] = [await world(), await world()];
  const equities = [100_000, 100_200, 98_200, 98_100];
  await byHand.feed(equities);
  await stated.feed(equities, 0, [[], [], [-2_000]]);
  expect((await byHand.figures()).drawdown).toBeCloseTo(0.02096, 4);
  const [officer, manager] = await two();
  const { id } = await byHand.propose(await personFixture('engineer'), '-2000', 90);
  expect(await byHand.approve(officer, id)).toMatchObject({ applied: false });
  await expect(byHand.approve(officer, id)).rejects.toThrow(/another person/);
  expect(await byHand.approve(manager, id)).toMatchObject({ applied: true });
  expect(await byHand.figures()).toEqual(await stated.figures());
  expect((await byHand.figures()).drawdown).toBeLessThan(0.002);
  for (const w of [byHand, stated]) await w.feed([98_300, 98_250], 4);
  expect(await byHand.figures()).toEqual(await stated.figures());
  // A late row folds all of it again: the flow stays where it was.
  for (const w of [byHand, stated]) await w.feed([98_150], 2.5);
  expect(await byHand.figures()).toEqual(await stated.figures());
});

it('a deposit of an earlier day moves the days since as well, and a fall it had hidden is seen', async () => {
  const [byHand, stated] = [await world(3 * 86_400), await world(3 * 86_400)];
  const day = 24 * 60;
  for (const w of [byHand, stated]) await w.feed([101_500, 100_000]);
  await byHand.feed([102_000, 102_000], 2);
  await stated.feed([102_000, 102_000], 2, [[2_000]]);
  for (const w of [byHand, stated]) await w.feed([102_100, 101_000], day);
  for (const w of [byHand, stated]) await w.feed([101_500, 101_000], 2 * day);
  expect(await byHand.figures()).not.toEqual(await stated.figures());
  const [officer, manager] = await two();
  const { id } = await byHand.propose(officer, '2000', 100);
  await byHand.approve(officer, id);
  await byHand.approve(manager, id);
  expect(await byHand.figures()).toEqual(await stated.figures());
  const closes = (portfolioId: string) =>
    sql`select day, equity, net_flow, unit_value, max_unit_value from daily_closes where portfolio_id = ${portfolioId} and subject = '' order by day`;
  expect([...(await closes(byHand.portfolioId))]).toEqual([...(await closes(stated.portfolioId))]);
});

it('one that a snapshot comes to state as well is said to count twice, and its opposite takes it out again', async () => {
  const w = await world();
  await w.feed([100_000, 100_200, 98_200, 98_100]);
  const before = await w.figures();
  const [officer, manager] = await two();
  const record = async (amount: string, isAnother = false) => {
    const { id } = await w.propose(officer, amount, 90, { isAnother });
    await w.approve(officer, id);
    await w.approve(manager, id);
    return id;
  };
  const id = await record('-2000');
  const shown = async () =>
    (await caller(officer).cashFlows.view({ portfolioId: w.portfolioId })).rows.find((row) => row.id === id);
  expect(await shown()).toMatchObject({ state: 'applied', alsoStatedAt: null });
  await record('2000', true);
  expect(await w.figures()).toEqual(before);
  const other = await world();
  await other.feed([100_000, 100_200, 98_200, 98_100]);
  const twice = await other.propose(officer, '-2000', 90);
  for (const person of [officer, manager]) await other.approve(person, twice.id);
  await other.feed([98_100], 4, [[-2_000]]);
  const { rows } = await caller(officer).cashFlows.view({ portfolioId: other.portfolioId });
  expect(rows[0]?.alsoStatedAt).toEqual(new Date(other.start.getTime() + 240_000));
});

it('one that a snapshot states, or a person recorded, is refused unless it is said to be another', async () => {
  const w = await world();
  await w.feed([100_000, 101_000, 101_000, 102_000], 0, [[], [1_000]]);
  const [officer] = await two();
  await expect(w.propose(officer, '1000', 90)).rejects.toThrow(/snapshot states/);
  const { id } = await w.propose(officer, '1000', 150, { isAnother: true });
  await expect(w.propose(officer, '1000', 150)).rejects.toThrow(/same amount/);
  await caller(officer).cashFlows.reject({ cashFlowId: id, reason: 'It was the same one.' });
  await expect(w.approve(officer, id)).rejects.toThrow(/decided already/);
});

it('a flow is proposed by engineers and quants too, signed by risk officers and managers only, in the currency of the account', async () => {
  const w = await world();
  await w.feed([100_000, 101_000, 101_000]);
  const quant = await personFixture('quant');
  for (const role of ['viewer', 'board', 'admin'] as const)
    await expect(w.propose(await personFixture(role), '1000', 50)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  await expect(w.propose(quant, '1000', 50, { currency: 'EUR' })).rejects.toThrow(/kept in USD/);
  await expect(w.propose(quant, '1000', 600)).rejects.toThrow(/no snapshot since/);
  await expect(w.propose(quant, '0', 50)).rejects.toThrow(/not 0/);
  const { id } = await w.propose(quant, '1000', 50);
  await expect(w.approve(quant, id)).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const other = caller(await personFixture('quant')).cashFlows;
  await expect(other.reject({ cashFlowId: id, reason: 'No.' })).rejects.toMatchObject({ code: 'FORBIDDEN' });
  const [officer] = await two();
  await expect(caller(officer).cashFlows.approve({ cashFlowId: id, stepUp: 'none' })).rejects.toThrow(/second factor/);
  await caller(quant).cashFlows.reject({ cashFlowId: id, reason: 'Booked elsewhere.' });
});
