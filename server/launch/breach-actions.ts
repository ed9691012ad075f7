import 'server-only';
import { raiseAlert } from '../alerts/raise-actions';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { job } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { log } from '../kernel/log';
import { attempt, inTransaction, type Tx } from '../kernel/transaction';
import { findEpisode } from '../risk/breaches/episode-store';
import { aboutLaunch, publishLaunch } from './actions';
import { staysOf } from './stay-store';
import { listWatched, lockLaunch, type NamedLaunch, namedLaunch, updateLaunch } from './store';
import { breachesOfStrategy } from './trading-facts-store';
import { takeBack } from './tranche-actions';
import { type BreachReaction, previousTranche, reactionTo } from './tranches';

const BREACH = job('breach-opened');
const WEEK = 7 * 86_400_000;

/**
 * Takes a launch back a tranche. Where that cannot be done, without an engine say, it is to be held at least and a person is
 * told: what cannot be carried out for one launch must not keep the breaches after it from being answered.
 */
async function demoteOrHold(tx: Tx, named: NamedLaunch, why: string, now: Date): Promise<'demote' | 'hold'> {
  const { launch } = named;
  const to = previousTranche(launch.tranche);
  const done = await attempt(tx, () => takeBack(tx, { named, to, reason: why, actor: BREACH, now }));
  if (done.ok) return 'demote';
  log.error({ err: done.error, launch: launch.number }, 'a launch could not be taken back');
  const because = done.error instanceof DomainError ? done.error.message : 'Something failed on the way.';
  await raiseAlert(tx, {
    fingerprint: `launch/not-taken-back/${launch.id}`,
    severity: 'critical',
    title: `${launch.number} could not be taken back to ${to} %`,
    body: `${why}. ${because} It is held at ${launch.tranche} % and keeps its capital.`,
    nextStep: `Stop ${named.strategyName} at the venue by hand, or abort ${launch.number}.`,
    portfolioId: launch.portfolioId,
    strategyId: launch.strategyId,
    launchId: launch.id,
    subject: { kind: 'launch', id: launch.id },
    link: `/launches/${launch.id}`,
    actor: BREACH,
  });
  return 'hold';
}

/**
 * What a hard breach episode does to the launch of its strategy: the first holds it, a drawdown or a second within seven
 * days takes it back a tranche. One that was found in a late sample does the same, if the launch had capital when it began.
 * Idempotent per episode, so that it may be asked again after a crash.
 */
export async function reactToBreach(episodeId: string): Promise<BreachReaction> {
  const episode = await findEpisode(episodeId);
  if (episode?.tier !== 'hard' || episode.strategyId === null) return 'none';
  const launch = (await listWatched()).find((one) => one.strategyId === episode.strategyId);
  if (!launch) return 'none';
  return inTransaction(async (tx, now) => {
    authorize(BREACH, 'launch.demote');
    await lockLaunch(tx, launch.id);
    const named = await namedLaunch(launch.id, tx);
    if (!named || named.launch.tranche === 0) return 'none';
    const why = `Breach ${episode.number}: ${episode.sentence}`;
    const stays = await staysOf(launch.id, tx);
    // By its number: what is said of a breach changes while it runs.
    const isOfBreach = (reason: string | null) => reason?.startsWith(`Breach ${episode.number}: `) ?? false;
    const isAnswered = isOfBreach(named.launch.holdReason) || stays.some((stay) => isOfBreach(stay.leftWhy));
    const isBeforeLaunch = episode.late && !stays.some((stay) => stay.enteredAt <= episode.openedAt);
    if (isAnswered || isBeforeLaunch) return 'none';
    const occurrence = (row: { openedAt: Date; recordedAt: Date; measure: string }) => ({
      at: row.openedAt,
      recordedAt: row.recordedAt,
      measure: row.measure,
      subjectKind: 'strategy' as const,
    });
    const others = await breachesOfStrategy(named.launch.strategyId, new Date(episode.openedAt.getTime() - WEEK), tx);
    const wanted = reactionTo(occurrence(episode), others.filter((row) => row.id !== episode.id).map(occurrence));
    const reaction = wanted === 'demote' ? await demoteOrHold(tx, named, why, now) : wanted;
    if (reaction !== 'none' && named.launch.status !== 'held') {
      await updateLaunch(tx, launch.id, {
        status: 'held',
        heldAt: now,
        holdReason: why,
        automaticPromotionHeld: true,
      });
      recordEvent(tx, {
        type: 'launch.held',
        actor: BREACH,
        ...aboutLaunch(named.launch),
        data: { number: named.launch.number, reason: why, episodeId },
      });
    }
    publishLaunch(tx);
    return reaction;
  });
}
