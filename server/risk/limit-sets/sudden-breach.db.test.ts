import { expect, it } from 'vitest';
import { personFixture } from '../../testing/people';
import { asPerson } from '../testing/breach-world';
import { riskWorld } from '../testing/risk-world';

/** Cash is 15 % of equity; the minimum is 10 %. */
async function world() {
  const w = await riskWorld();
  await w.feed([0, 1].map((i) => ({ at: i * 60, equity: 100_000, sequence: i, cash: 15_000 })));
  const set = (person: Awaited<ReturnType<typeof personFixture>>, hard: string) =>
    asPerson(person).changeLimits({
      portfolioId: w.portfolioId,
      edits: [{ measure: 'cash', appliesTo: 'portfolio', hard }],
      reason: 'More cash.',
    });
  return { w, set };
}

it('a limit that would be breached at once is set by a risk officer or manager; one that is kept now by an engineer', async () => {
  const { set } = await world();
  const engineer = await personFixture('engineer');
  await expect(set(engineer, '0.16')).rejects.toThrow(/breached at once/);
  await expect(set(engineer, '0.16')).rejects.toMatchObject({ code: 'FORBIDDEN' });
  expect(await set(engineer, '0.14')).toMatchObject({ inForce: true });
  expect(await set(engineer, '0.15'), 'exactly at it is no breach').toMatchObject({ inForce: true });
  expect(await set(await personFixture('manager'), '0.16')).toMatchObject({ inForce: true });
  expect(await set(await personFixture('risk-officer'), '0.17')).toMatchObject({ inForce: true });
});
