import { expect, it } from 'vitest';
import { personFixture } from '../../testing/people';
import { asPerson } from '../testing/breach-world';
import { type RiskWorld, riskWorld } from '../testing/risk-world';

let sequence = 0;
const feed = (w: RiskWorld, ...cash: number[]) =>
  w.feed(
    cash.map((one) => {
      sequence += 1;
      return { at: sequence * 60, equity: 100_000, sequence, cash: one };
    }),
  );

it('a running breach says how far it is now and was at worst, in money too, what it restricts and who lifts that', async () => {
  const w = await riskWorld();
  const viewer = asPerson(await personFixture());
  const shown = async () => (await viewer.episodes({ portfolioId: w.portfolioId }))[0];
  await feed(w, 50_000, 6_000, 6_000, 8_000);
  expect(await shown()).toMatchObject({
    standing: {
      now: '8.00 %',
      limit: '10.00 %',
      worst: '6.00 %',
      money: expect.stringMatching(/^2,000\.00.USD short$/),
    },
    restrictions: [{ state: 'REDUCING', exit: 'episode', earliestExitAt: null }],
  });
  await feed(w, 5_000);
  expect((await shown())?.standing, 'not confirmed yet').toMatchObject({ now: '5.00 %', worst: '5.00 %' });
  await feed(w, 9_999.5, 9_999.5);
  expect((await shown())?.standing, 'no breach reads like its limit').toMatchObject({
    now: '9.9995 %',
    limit: '10.00 %',
  });
  await feed(w, 30_000, 30_000, 30_000, 30_000);
  expect(await shown()).toMatchObject({
    state: 'cleared',
    standing: { now: null, unknownWhy: null, worst: '5.00 %', money: null },
    restrictions: [],
  });
});

it('a breach clears at the recovery that its limit set states', async () => {
  const w = await riskWorld();
  const officer = asPerson(await personFixture('risk-officer'));
  const edits = [
    { measure: 'cash' as const, appliesTo: 'portfolio' as const, subject: null, hard: '0.10', recovery: '0.14' },
  ];
  await officer.changeLimits({ portfolioId: w.portfolioId, edits, reason: 'Stays restricted longer.' });
  await feed(w, 50_000, 6_000, 6_000);
  const [episode] = await officer.episodes({ portfolioId: w.portfolioId });
  expect(episode?.clears).toMatch(/^Clears at 14\.00 % or more/);
});

it('a warning clears under its soft tier, which is where it began', async () => {
  const w = await riskWorld();
  const officer = asPerson(await personFixture('risk-officer'));
  await feed(w, 50_000, 11_500, 11_500);
  const [episode] = await officer.episodes({ portfolioId: w.portfolioId });
  expect([episode?.tier, episode?.clears]).toEqual(['soft', expect.stringMatching(/^Clears over 12\.50 % for 60 s/)]);
});
