import { and, eq, like } from 'drizzle-orm';
import { describe, expect, it } from 'vitest';
import { db } from '@/db/client';
import { alerts, breachActions, breachEpisodes, events } from '@/db/schema';
import { personFixture } from '../../testing/people';
import { findLimitSet } from '../limit-sets/limit-store';
import { asPerson, type Person } from '../testing/breach-world';
import { type RiskWorld, riskWorld } from '../testing/risk-world';

type Kinds = ('raise-cash' | 'reduce-position' | 'reduce-positions')[];
const propose = (w: RiskWorld, person: Person, automatic: Kinds) =>
  asPerson(person).changeLimits({
    portfolioId: w.portfolioId,
    edits: [],
    automatic,
    reason: 'At night nobody is there.',
  });
const set = async (w: RiskWorld, automatic: Kinds) => {
  const [officer, manager] = [await personFixture('risk-officer'), await personFixture('manager')];
  const { id } = await propose(w, officer, automatic);
  const hash = (await findLimitSet(id))?.contentHash ?? '';
  for (const person of [officer, manager]) {
    const stepUp = await person.stepUp('risk.approve-limits', hash);
    await asPerson(person).approveLimits({ limitSetId: id, stepUp });
  }
};
let sequence = 0;
const feed = (w: RiskWorld, minute: number, cash: number[]) =>
  w.feed(
    cash.map((one, i) => {
      sequence += 1;
      return { at: (minute + i) * 60, equity: 100_000, sequence, cash: one };
    }),
  );
const actionsOf = async (w: RiskWorld) =>
  (
    await db
      .select({ action: breachActions })
      .from(breachActions)
      .innerJoin(breachEpisodes, eq(breachEpisodes.id, breachActions.episodeId))
      .where(and(eq(breachEpisodes.portfolioId, w.portfolioId), like(breachActions.rung, '%:proposal')))
  ).map(({ action }) => action);
const bodyOf = async (w: RiskWorld) =>
  (await db.select().from(alerts).where(eq(alerts.portfolioId, w.portfolioId))).find((a) => /cash/i.test(a.title))
    ?.body;

describe('an action that the limit set sends by itself', () => {
  it('is approved by its version in the transaction of the breach, and sent at once', async () => {
    const w = await riskWorld();
    const officer = await personFixture('risk-officer');
    await set(w, ['raise-cash']);
    await feed(w, 0, [50_000, 6_000, 6_000]);
    const [action] = await actionsOf(w);
    expect(action).toMatchObject({
      type: 'raise-cash',
      state: 'sent',
      decidedByName: 'limit set v2',
      decidedBy: expect.stringMatching(/^policy:limit-set:/),
      expiresAt: null,
    });
    const sent = (await w.commands()).filter((c) => c.type === 'raise_cash');
    expect(sent.map((c) => [c.id, c.params])).toEqual([[action?.commandId, { amount: '4000.00000000' }]]);
    const kept = (await db.select().from(events).where(eq(events.subjectId, action!.id))).map((e) => [
      e.type,
      JSON.parse(e.content).data,
    ]);
    expect(kept).toEqual([
      ['risk.action-proposed', expect.anything()],
      ['risk.action-approved', expect.objectContaining({ by: 'policy', limitSetVersion: 2, commands: [sent[0]?.id] })],
    ]);
    expect(await bodyOf(w)).toMatch(/sent to the engine at once/);
    const shown = await asPerson(officer).episodes({ portfolioId: w.portfolioId });
    expect(shown[0]?.actions.find((a) => a.type === 'raise-cash')).toMatchObject({ automatic: true, state: 'sent' });
  });

  it('waits for a person where it cannot be sent, and says why', async () => {
    const w = await riskWorld({ engine: false });
    await set(w, ['raise-cash']);
    await feed(w, 0, [50_000, 6_000, 6_000]);
    const [action] = await actionsOf(w);
    expect(action).toMatchObject({ state: 'proposed', decidedBy: null });
    expect(action?.error).toMatch(/No approved trading engine.*a person decides on it now/);
    expect(await bodyOf(w)).toMatch(/waits for a Risk officer or Manager/);
  });

  it('is every other kind only where it is named: a position waits', async () => {
    const w = await riskWorld();
    await set(w, ['raise-cash', 'reduce-positions']);
    const positions = [{ strategy: 'trend', instrument: 'KO', quantity: 130, price: 50 }];
    await w.feed([0, 1].map((i) => ({ at: i * 60, equity: 100_000, sequence: i, positions })));
    expect((await actionsOf(w)).map((a) => a.state)).toEqual(['proposed']);
  });

  it('is named by two of those who decide on it, and so is that it waits again', async () => {
    const w = await riskWorld();
    await expect(propose(w, await personFixture('engineer'), ['raise-cash'])).rejects.toMatchObject({
      code: 'FORBIDDEN',
    });
    const officer = await personFixture('risk-officer');
    expect(await propose(w, officer, ['raise-cash'])).toMatchObject({ inForce: false });
    await set(w, ['raise-cash']);
    expect(await propose(w, officer, [])).toMatchObject({ inForce: false });
    const seen = await asPerson(officer).versions({ portfolioId: w.portfolioId });
    expect(seen.automatic).toEqual(['raise-cash']);
    expect(seen.versions.find((v) => v.state === 'in-force')?.lines).toContain(
      'Sent by itself: cash raised to its minimum',
    );
    // Another change of the limits keeps what waits for nobody.
    const edits = [{ measure: 'cash' as const, appliesTo: 'portfolio' as const, hard: '0.11' }];
    await asPerson(officer).changeLimits({ portfolioId: w.portfolioId, edits, reason: 'Tighter.' });
    expect((await asPerson(officer).versions({ portfolioId: w.portfolioId })).automatic).toEqual(['raise-cash']);
  });
});

it('after three actions of a limit in a day the alert says that a person decides', async () => {
  const w = await riskWorld({ ago: 6 * 3_600 });
  for (const round of [0, 1, 2, 3]) {
    await feed(w, round * 30, [50_000, 6_000, 6_000]);
    if (round < 3) expect(await bodyOf(w)).toMatch(/waits for a Risk officer or Manager/);
    else {
      const told = await db.select().from(alerts).where(eq(alerts.portfolioId, w.portfolioId));
      const newest = told.find((a) => /cash/i.test(a.title) && a.resolvedAt === null);
      expect(newest?.body).toMatch(/3 actions were proposed for this limit today\. A person decides/);
      expect(newest?.body).not.toMatch(/waits for a Risk officer/);
    }
    await feed(w, round * 30 + 5, [20_000, 20_000, 20_000, 20_000]);
  }
  expect(await actionsOf(w)).toHaveLength(3);
});
