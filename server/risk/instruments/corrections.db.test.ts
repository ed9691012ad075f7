import { afterAll, afterEach, expect, it } from 'vitest';
import { closeDatabase, sql } from '@/db/client';
import { InstrumentRow } from '../../capital/instrument';
import { recordInstruments } from '../../capital/instrument-actions';
import { readNow } from '../../kernel/transaction';
import { appRouter } from '../../routers/_app';
import { keyFixture, personFixture } from '../../testing/people';
import { findState } from '../ingest/state-store';
import { riskWorld } from '../testing/risk-world';

afterEach(async () => {
  await sql`select app.shift_clock(interval '0 seconds')`;
});
afterAll(closeDatabase);

type Person = Awaited<ReturnType<typeof personFixture>>;
type Wish = { multiplier?: string; fx?: string; lot?: string; initialMargin?: string | null };
const as = (person: Person) => appRouter.createCaller(person.ctx).instruments;
const people = async () => [await personFixture('risk-officer'), await personFixture('manager')] as const;
const WHY = 'A typing slip of the feed.';

async function world() {
  const w = await riskWorld();
  const { portfolioId } = w;
  const { actor } = await keyFixture(['snapshots:write'], portfolioId);
  const tell = async (row: Record<string, unknown>) =>
    (
      await recordInstruments(actor, {
        portfolioId,
        instruments: [InstrumentRow.parse({ instrument: 'ES', ...row })],
      })
    ).refused.map(({ code }) => code);
  await tell({ multiplier: 50, fx: '0.9', lot: 1, initialMargin: '0.5' });
  const correct = async (person: Person, wish: Wish, instrument = 'ES') => {
    const asked = { portfolioId, instrument, wish, reason: WHY };
    const { contentHash } = await as(person).preview(asked);
    const stepUp = await person.stepUp('risk.correct-instrument', contentHash);
    return as(person).correct({ ...asked, stepUp });
  };
  const waiting = async (person: Person) => (await as(person).waiting({ portfolioId })).rows;
  const sign = async (person: Person, correctionId: string) => {
    const row = (await waiting(person)).find(({ id }) => id === correctionId);
    const stepUp = await person.stepUp('risk.approve-correction', row?.contentHash ?? '');
    return as(person).approve({ correctionId, stepUp });
  };
  const terms = async (instrument = 'ES') => {
    const [row] = await sql`select multiplier::float8, fx::float8, lot::float8, initial_margin::float8 as margin, source
      from instruments where portfolio_id = ${portfolioId} and instrument = ${instrument}`;
    return row && { ...row };
  };
  const history = async (person: Person) => as(person).history({ portfolioId, instrument: 'ES' });
  return { ...w, actor, tell, correct, waiting, sign, terms, history };
}

it('a larger unit or margin, and a lower lot, is in the register at once, by one person with a second factor', async () => {
  const w = await world();
  const [officer, manager] = await people();
  expect(await w.correct(officer, { multiplier: '60', initialMargin: '0.6' })).toMatchObject({
    applied: true,
    text: 'ES: multiplier 50 to 60, initial margin 0.5 to 0.6, from now on.',
  });
  expect(await w.terms()).toEqual({ multiplier: 60, fx: 0.9, lot: 1, margin: 0.6, source: 'registered' });
  await w.correct(manager, { lot: '0.1' });
  expect(await w.terms()).toMatchObject({ lot: 0.1 });
  await expect(w.correct(officer, { lot: '0.10' })).rejects.toThrow(/like this already/);
  const asked = { portfolioId: w.portfolioId, instrument: 'ES', wish: { multiplier: '70' }, reason: WHY };
  await expect(as(officer).correct({ ...asked, stepUp: 'none' })).rejects.toThrow(/second factor/);
  // Signed for other figures than those that are sent.
  const { contentHash } = await as(officer).preview(asked);
  const stepUp = await officer.stepUp('risk.correct-instrument', contentHash);
  await expect(as(officer).correct({ ...asked, wish: { multiplier: '80' }, stepUp })).rejects.toThrow(/second factor/);
  for (const role of ['viewer', 'engineer', 'quant', 'board', 'admin'] as const)
    await expect(as(await personFixture(role)).correct({ ...asked, stepUp: 'none' })).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
  const rows = await w.history(officer);
  expect(rows.map(({ text, state, proposedByName, reason }) => [text, state, proposedByName, reason])).toEqual([
    ['lot 1 to 0.1', 'applied', manager.name, WHY],
    ['multiplier 50 to 60, initial margin 0.5 to 0.6', 'applied', officer.name, WHY],
  ]);
  const events =
    await sql`select content from events where portfolio_id = ${w.portfolioId} and type = 'risk.instrument-corrected' order by seq`;
  expect(events.map(({ content }) => JSON.parse(content).data)).toMatchObject([
    { instrument: 'ES', change: { multiplier: { from: '50', to: '60' } }, reason: WHY, role: 'risk-officer' },
    { change: { lot: { from: '1', to: '0.1' } }, role: 'manager' },
  ]);
});

it('a lower unit or margin takes a risk officer and a manager, and says what it means for what is held', async () => {
  const w = await world();
  await w.feed([
    {
      at: 0,
      equity: 100_000,
      sequence: 0,
      cash: 90_000,
      positions: [{ strategy: 'trend', instrument: 'ES', quantity: 20, price: 100 }],
    },
  ]);
  const [officer, manager] = await people();
  const { id, applied } = await w.correct(officer, { multiplier: '5', initialMargin: null });
  expect(applied).toBe(false);
  expect(await w.terms()).toMatchObject({ multiplier: 50, margin: 0.5 });
  const [row] = await w.waiting(manager);
  expect(row).toMatchObject({
    ...{ id, kind: 'looser', state: 'waiting', proposedByName: officer.name },
    change: { multiplier: { from: '50', to: '5' }, initialMargin: { from: '0.5', to: null } },
    effect: {
      held: { quantity: '20', gross: '2000', grossBefore: '90000', grossAfter: '9000', unit: '1' },
      ...{ unitBefore: '45', unitAfter: '4.5', countsBefore: '45', countsAfter: '4.5' },
      ...{ marginBefore: '1000', marginAfter: null },
    },
  });
  const actions = async (person: Person) =>
    (await appRouter.createCaller(person.ctx).overview.myRiskActions({ portfolioId: w.portfolioId })).map(
      (a) => a.title,
    );
  expect(await actions(manager)).toContain('Second person to correct ES');
  expect(await actions(officer)).not.toContain('Second person to correct ES');
  await expect(w.sign(officer, id)).rejects.toThrow(/another person/);
  await expect(as(manager).approve({ correctionId: id, stepUp: 'none' })).rejects.toThrow(/second factor/);
  await expect(w.correct(manager, { multiplier: '4' })).rejects.toThrow(/waits already/);
  // Two of one kind are not enough.
  const second = await personFixture('risk-officer');
  expect(await w.sign(second, id)).toMatchObject({ applied: false });
  expect(await w.sign(manager, id)).toMatchObject({ applied: true });
  expect(await w.terms()).toEqual({ multiplier: 5, fx: 0.9, lot: 1, margin: null, source: 'registered' });
  expect(await w.waiting(manager)).toEqual([]);
  await expect(w.sign(manager, id)).rejects.toThrow(/in the register already/);
  const [told] = await w.history(manager);
  expect(told).toMatchObject({ state: 'applied', approvals: [officer, second, manager].map(({ name }) => ({ name })) });
});

it('a larger lot takes two people, and no key raises one: its terms are refused and its closes taken', async () => {
  const w = await world();
  const [officer, manager] = await people();
  expect(await w.tell({ lot: 1000, multiplier: 60, closes: [{ day: '2026-01-05', close: 7 }] })).toEqual([
    'LOT_RAISED',
  ]);
  expect(await w.terms()).toMatchObject({ lot: 1, multiplier: 50 });
  const { rows } = await as(officer).page({ portfolioId: w.portfolioId });
  expect(rows[0]?.last).toMatchObject({ price: '7' });
  const { id, applied } = await w.correct(officer, { lot: '1000' });
  expect(applied).toBe(false);
  expect(await w.terms()).toMatchObject({ lot: 1 });
  expect(await w.sign(manager, id)).toMatchObject({ applied: true });
  expect(await w.terms()).toMatchObject({ lot: 1000 });
  expect(await w.tell({ lot: 1 })).toEqual([]);
  // A lot that people stated beside the unit of snapshots is as registered as another.
  await sql`update instruments set source = 'snapshot' where portfolio_id = ${w.portfolioId}`;
  expect(await w.tell({ lot: 2, multiplier: 60 })).toEqual(['LOT_RAISED']);
  await sql`update instruments set lot = null where portfolio_id = ${w.portfolioId}`;
  expect(await w.tell({ lot: 2, multiplier: 60 })).toEqual([]);
});

it('a lower multiplier takes two people whatever its rate does, and no key lowers one that people stated', async () => {
  const w = await world();
  const [officer, manager] = await people();
  const lower = await w.correct(officer, { multiplier: '0.000001', fx: '45000000' });
  expect(lower.applied).toBe(false);
  await as(manager).reject({ correctionId: lower.id, reason: 'It is 50.' });
  await w.correct(officer, { multiplier: '60' });
  await w.moveTo(2 * 86_400);
  expect(await w.tell({ multiplier: 50, fx: '1.2' })).toEqual(['UNIT_LOWERED']);
  expect(await w.terms()).toMatchObject({ multiplier: 60, fx: 0.9 });
  const restated = async () => (await w.history(officer)).map((row) => row.restated);
  expect(await restated()).toEqual([[], []]);
  expect(await w.tell({ multiplier: 70 })).toEqual([]);
  expect(await restated()).toEqual([['multiplier'], []]);
});

it('a margin counts with the next snapshot of an account that states none', async () => {
  const w = await world();
  const positions = [{ strategy: 'trend', instrument: 'ES', quantity: 1_000, price: 100 }];
  const cash = async (i: number) => {
    await w.feed([{ at: i * 60, equity: 100_000, sequence: i, cash: 90_000, positions }]);
    return Number((await findState(w.portfolioId))?.cash);
  };
  expect(await cash(1)).toBe(50_000);
  const [officer, manager] = await people();
  await w.correct(officer, { initialMargin: '0.6' });
  expect(await cash(2)).toBe(40_000);
  const { id } = await w.correct(officer, { initialMargin: '0.2' });
  expect(await cash(3)).toBe(40_000);
  await w.sign(manager, id);
  expect(await cash(4)).toBe(80_000);
});

it('a feed takes back nothing that people stated: it raises as before, and lowers by its rate alone', async () => {
  const w = await world();
  const [officer, manager] = await people();
  await w.correct(officer, { multiplier: '52', initialMargin: '0.6' });
  await w.moveTo(2 * 86_400);
  expect(await w.tell({ multiplier: 50 })).toEqual(['UNIT_LOWERED']);
  expect(await w.tell({ initialMargin: '0.5' })).toEqual(['MARGIN_LOWERED']);
  expect(await w.tell({ fx: '0.85' })).toEqual([]);
  expect(await w.terms()).toMatchObject({ multiplier: 52, fx: 0.85, margin: 0.6 });
  const { id } = await w.correct(manager, { multiplier: '5' });
  // A rate that moves meanwhile is none of what is signed.
  expect(await w.tell({ fx: '0.9' })).toEqual([]);
  expect(await w.sign(officer, id)).toMatchObject({ applied: true });
  expect(await w.terms()).toMatchObject({ multiplier: 5, fx: 0.9 });
  expect(await w.tell({ multiplier: 50 })).toEqual([]);
  expect(await w.terms()).toMatchObject({ multiplier: 50 });
  expect((await as(officer).page({ portfolioId: w.portfolioId })).rows[0]).toMatchObject({
    statedBy: { kind: 'key', name: w.actor.name },
  });
});

it('what was stated otherwise since cannot be signed; a proposal lapses, is taken back or turned down', async () => {
  const w = await world();
  const [officer, manager] = await people();
  const first = await w.correct(officer, { multiplier: '5' });
  await w.tell({ multiplier: 60 });
  await expect(w.sign(manager, first.id)).rejects.toThrow(/states something else/);
  expect(await w.waiting(manager)).toMatchObject([{ state: 'overtaken' }]);
  const second = await w.correct(officer, { multiplier: '6' });
  await as(officer).reject({ correctionId: second.id, reason: 'Wrong again.' });
  const third = await w.correct(officer, { multiplier: '7' });
  const engineer = await personFixture('engineer');
  await expect(as(engineer).reject({ correctionId: third.id, reason: 'No.' })).rejects.toMatchObject({
    code: 'FORBIDDEN',
  });
  await as(manager).reject({ correctionId: third.id, reason: 'It is 60.' });
  const fourth = await w.correct(officer, { multiplier: '8' });
  await w.moveTo(3 * 86_400 + 60);
  await expect(w.sign(manager, fourth.id)).rejects.toThrow(/within 72 h/);
  expect((await w.history(officer)).map(({ state, endedWhy }) => [state, endedWhy])).toEqual([
    ['lapsed', null],
    ['turned-down', 'It is 60.'],
    ['taken-back', 'Wrong again.'],
    ['lapsed', null],
  ]);
  expect(await w.terms()).toMatchObject({ multiplier: 60 });
});

it('a margin beside a unit that snapshots state stands against a key, and the unit is theirs until people state it', async () => {
  const w = await world();
  await sql`update instruments set source = 'snapshot', initial_margin = null, updated_by = 'job:risk' where portfolio_id = ${w.portfolioId}`;
  const [officer] = await people();
  await w.correct(officer, { initialMargin: '0.3' });
  expect(await w.terms()).toMatchObject({ margin: 0.3, source: 'snapshot' });
  expect(await w.tell({ multiplier: 40, initialMargin: '0.2' })).toEqual(['MARGIN_LOWERED']);
  const asked = { portfolioId: w.portfolioId, instrument: 'ES', reason: WHY };
  expect(await as(officer).preview({ ...asked, wish: { lot: '0.5' } })).toMatchObject({ endsSnapshots: false });
  expect(await as(officer).preview({ ...asked, wish: { multiplier: '60' } })).toMatchObject({ endsSnapshots: true });
  await w.correct(officer, { multiplier: '60' });
  expect(await w.terms()).toMatchObject({ multiplier: 60, source: 'registered' });
});

it('the register is read by name, a page at a time, with its newest price and who stated it', async () => {
  const w = await world();
  const [officer] = await people();
  const { portfolioId } = w;
  const names = Array.from({ length: 120 }, (_, i) => `FUT_${String(i).padStart(3, '0')}`);
  await recordInstruments(w.actor, {
    portfolioId,
    instruments: names.map((instrument) =>
      InstrumentRow.parse({ instrument, multiplier: 10, closes: [{ day: '2026-01-05', close: 7 }] }),
    ),
  });
  await w.correct(officer, { multiplier: '20' }, 'FUT_001');
  const now = await readNow();
  await sql`insert into instrument_marks (portfolio_id, instrument, minute, price, at)
    values (${portfolioId}, 'FUT_000', ${now.toISOString()}, 8.5, ${now.toISOString()})`;
  const first = await as(officer).page({ portfolioId, text: 'fut_' });
  expect([first.total, first.rows.length, first.next]).toEqual([120, 50, 'FUT_049']);
  expect(first.rows.slice(0, 2)).toMatchObject([
    { instrument: 'FUT_000', multiplier: '10', last: { price: '8.5', at: now, day: null } },
    {
      ...{ instrument: 'FUT_001', multiplier: '20', statedBy: { kind: 'person', name: officer.name } },
      last: { price: '7', at: null, day: '2026-01-05' },
    },
  ]);
  const last = await as(officer).page({ portfolioId, text: 'fut_', cursor: 'FUT_099' });
  expect([last.rows.length, last.next]).toEqual([20, null]);
  expect((await as(officer).page({ portfolioId, only: 'FUT_100' })).rows.map((row) => row.instrument)).toEqual([
    'FUT_100',
  ]);
  expect((await as(officer).page({ portfolioId, only: 'FUT_' })).rows).toEqual([]);
  expect((await as(officer).page({ portfolioId, text: '%' })).total).toBe(0);
  expect((await as(officer).page({ portfolioId, text: 'T_119' })).rows.map((row) => row.instrument)).toEqual([
    'FUT_119',
  ]);
  const { id } = await w.correct(officer, { multiplier: '5' }, 'FUT_002');
  const flagged = (await as(officer).page({ portfolioId })).rows.filter((row) => row.isWaiting);
  expect(flagged.map((row) => row.instrument)).toEqual(['FUT_002']);
  await as(officer).reject({ correctionId: id, reason: 'No.' });
  expect((await as(officer).page({ portfolioId })).rows.some((row) => row.isWaiting)).toBe(false);
});
