import { describe, expect, it } from 'vitest';
import { sql } from '@/db/client';
import { inTransaction } from '../../kernel/transaction';
import { personFixture } from '../../testing/people';
import { releaseDue } from '../breaches/capital-release-actions';
import { lockEpisode } from '../breaches/episode-store';
import { lockState } from '../ingest/state-store';
import { type ActionRow, approveAction, asPerson, drawdownBreach, type EpisodeRow } from '../testing/breach-world';
import { exitContent } from './exit-content';

/** Returns once somebody waits for what this connection holds; 10,000 looks without anybody are a failure. */
async function isWaitedFor(pid: number): Promise<void> {
  for (let looks = 0; looks < 10_000; looks += 1) {
    const [row] =
      await sql`select count(*)::int as waiting from pg_stat_activity where ${pid} = any(pg_blocking_pids(pid))`;
    if (row?.waiting > 0) return;
  }
  throw new Error('nobody waited for the state of the portfolio');
}

/**
 * Samples come while somebody acts: ingest holds the portfolio's state, and an episode where it is `before`; the act begins
 * and waits, and then ingest wants the episode and its actions. It must get them at once: whoever waits for what samples
 * hold may hold nothing that they come to next.
 */
async function whileSamplesCome(
  { episode, action }: { episode: EpisodeRow; action: ActionRow },
  act: () => Promise<unknown>,
  before: 'state' | 'episode' = 'state',
) {
  let acting: Promise<unknown> = Promise.resolve();
  await inTransaction(async (tx) => {
    await lockState(tx, episode.portfolioId);
    if (before === 'episode') await lockEpisode(tx, episode.id);
    const [self] = await tx.execute<{ pid: number }>('select pg_backend_pid() as pid');
    acting = act();
    const finished = acting.then(() => Promise.reject(new Error('it went on beside the samples')));
    finished.catch(() => {});
    await Promise.race([isWaitedFor(self?.pid ?? 0), finished]);
    await tx.execute(`select 1 from breach_episodes where id = '${episode.id}' for update nowait`);
    await tx.execute(`select 1 from breach_actions where id = '${action.id}' for update nowait`);
  });
  return acting;
}

describe('while samples of its portfolio are evaluated', () => {
  it('a breach is acknowledged after them, and holds nothing that they need', async () => {
    const world = await drawdownBreach();
    const engineer = asPerson(await personFixture('engineer'));
    await whileSamplesCome(world, () => engineer.acknowledge({ episodeId: world.episode.id }));
  });

  it('a proposal is approved after them, and holds nothing that they need', async () => {
    const world = await drawdownBreach();
    const officer = await personFixture('risk-officer');
    expect(await whileSamplesCome(world, () => approveAction(officer, world.action), 'episode')).toMatchObject({
      commands: 2,
    });
  });

  it('a breach is accepted after them, and holds nothing that they need', async () => {
    const world = await drawdownBreach();
    const officer = await personFixture('risk-officer');
    const stepUp = await officer.stepUp('risk.accept', exitContent(world.episode, 'accept', 5));
    const accept = { episodeId: world.episode.id, kind: 'accept' as const, days: 5, reason: 'Known.', stepUp };
    expect(await whileSamplesCome(world, () => asPerson(officer).endEpisode(accept))).toMatchObject({ done: false });
  });

  it('capital is given back after them, and holds nothing that they need', async () => {
    const world = await drawdownBreach();
    await approveAction(await personFixture('manager'), world.action);
    await sql`update breach_episodes set state = 'rebased' where id = ${world.episode.id}`;
    await whileSamplesCome(world, async () => inTransaction(releaseDue));
  });
});
