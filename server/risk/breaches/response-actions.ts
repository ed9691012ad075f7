import 'server-only';
import { recordEvent } from '../../audit/record';
import { newId } from '../../kernel/ids';
import { log } from '../../kernel/log';
import { attempt, publish, type Tx } from '../../kernel/transaction';
import type { Change } from '../episodes';
import { PRIORITY } from '../limit-definition';
import { partsOfKey } from '../limits';
import { tellPeople } from './breach-alert-actions';
import { actorOf, type Breaches, type Held, type ReachedRung, rungKey, verdictOfChange } from './breach-batch';
import { releaseCut } from './capital-release-actions';
import { responsesOf } from './change-response';
import { episodesOf, keepEpisode } from './episode-actions';
import { insertAction } from './episode-store';
import { propose } from './proposal-actions';
import { liftWithEpisode, restrict, tellRestriction } from './restriction-actions';

const TOPICS = ['risk', 'overview', 'launch', 'launches'];

/**
 * Turns what changed in episodes into rows, latches, commands, proposals and alerts, in the caller's transaction.
 *
 * Halts come first, before anything that may fail. Every handler runs on its own: one that throws is recorded as failed
 * and takes nothing else with it. An episode that was over before the one that runs began touches neither it nor its alert,
 * and proposes nothing.
 */
export async function applyChanges(tx: Tx, changes: readonly Change[], breaches: Breaches): Promise<void> {
  for (const past of pastEpisodes(changes)) await applyTo(tx, past, { ...breaches, isPast: true });
  const present = changes.filter((change) => !change.isPast);
  await applyTo(tx, present, breaches);
}

/** The changes of each past episode, in the order they opened. */
function pastEpisodes(changes: readonly Change[]): Change[][] {
  const episodes: Change[][] = [];
  const newest = new Map<string, Change[]>();
  for (const change of changes.filter((one) => one.isPast)) {
    const own = change.kind === 'opened' ? undefined : newest.get(change.key);
    if (own) own.push(change);
    else {
      const begun = [change];
      newest.set(change.key, begun);
      episodes.push(begun);
    }
  }
  return episodes;
}

async function applyTo(tx: Tx, changes: readonly Change[], breaches: Breaches): Promise<void> {
  if (changes.length === 0) return;
  const held = await episodesOf(tx, changes, breaches);
  const rungs = reachedRungs(changes, held, breaches);
  const latched = new Map<ReachedRung, string[]>();
  const unlatched: ReachedRung[] = [];
  for (const state of ['HALTED', 'REDUCING'] as const) {
    for (const rung of rungs.filter((r) => r.response.latch === state)) {
      const outcome = await attempt(tx, () => restrict(tx, rung, state, breaches));
      if (outcome.ok) latched.set(rung, outcome.value);
      else {
        log.error({ err: outcome.error, episode: rung.episode.number, state }, 'trading could not be restricted');
        unlatched.push(rung);
      }
    }
  }
  for (const change of changes) {
    const outcome = await attempt(tx, () => keepEpisode(tx, change, held, breaches));
    if (!outcome.ok) log.error({ err: outcome.error, change }, 'an episode could not be recorded');
  }
  for (const rung of unlatched) await keepFailure(tx, rung, breaches, 'latch', UNLATCHED);
  // Halts last: what is told last holds, also where the latch of a halt could not be set.
  const strictestLast = [...rungs].sort(
    (a, b) => Number(a.response.latch === 'HALTED') - Number(b.response.latch === 'HALTED'),
  );
  for (const rung of strictestLast) {
    await guarded(tx, rung, breaches, 'restrict', () => tellEngines(tx, rung, latched.get(rung) ?? [], breaches));
    if (breaches.isPast) continue;
    await guarded(tx, rung, breaches, 'propose', async () => {
      rung.proposal = await propose(tx, rung, breaches);
    });
    await guarded(tx, rung, breaches, 'emergency', () => askEmergency(tx, rung, breaches));
  }
  for (const key of new Set(changes.map((c) => c.key))) await afterwards(tx, key, changes, held, rungs, breaches);
  for (const topic of TOPICS) publish(tx, topic);
}

const UNLATCHED = 'The restriction of trading could not be set. Set it by hand now.';
const UNPREPARED = 'The action could not be prepared. A person must act.';

const reachedRungs = (changes: readonly Change[], held: Map<string, Held>, breaches: Breaches): ReachedRung[] =>
  changes.flatMap((change) => {
    const episode = held.get(change.key);
    if (!episode) return [];
    return responsesOf(change).map(({ rung, response, isAgain }) => {
      const reached = { kind: 'rung' as const, key: change.key, at: change.at, rung, level: change.level };
      return {
        change: reached,
        response,
        episode,
        verdict: verdictOfChange(change, breaches),
        isAgain,
        proposal: 'none',
      };
    });
  });

/** What follows the responses of one limit: a latch that ends with its episode, and the alert. */
async function afterwards(
  tx: Tx,
  key: string,
  changes: readonly Change[],
  held: Map<string, Held>,
  rungs: readonly ReachedRung[],
  breaches: Breaches,
): Promise<void> {
  const episode = held.get(key) as Held;
  const last = changes.filter((c) => c.key === key).at(-1);
  if (last?.kind === 'cleared') {
    const lifted = await attempt(tx, () => liftWithEpisode(tx, episode, breaches));
    if (!lifted.ok) log.error({ err: lifted.error, key }, 'a latch could not be lifted with its episode');
    const released = await attempt(tx, () => releaseCut(tx, episode.id, breaches.loaded, actorOf(breaches)));
    if (!released.ok) log.error({ err: released.error, key }, 'capital could not be given back with its episode');
  }
  // The alert of the limit is that of the episode that runs.
  if (breaches.isPast) return;
  const told = await attempt(tx, () => tellPeople(tx, key, changes, episode, rungs, breaches));
  if (!told.ok) log.error({ err: told.error, key }, 'an alert of a breach could not be raised');
}

/** Runs one handler alone; what fails is kept as a failed action of its rung, in words. */
async function guarded(
  tx: Tx,
  rung: ReachedRung,
  breaches: Breaches,
  part: string,
  work: () => Promise<void>,
): Promise<void> {
  const outcome = await attempt(tx, work);
  if (outcome.ok) return;
  log.error({ err: outcome.error, episode: rung.episode.number, part }, 'a breach action failed');
  await keepFailure(tx, rung, breaches, part, UNPREPARED);
}

async function keepFailure(tx: Tx, rung: ReachedRung, breaches: Breaches, part: string, error: string): Promise<void> {
  const kept = await attempt(tx, () =>
    insertAction(tx, {
      ...actionBase(rung, breaches),
      rung: `${rungKey(rung)}:${part}`,
      type: part,
      params: {},
      state: 'failed',
      automatic: true,
      error,
      settledAt: breaches.now,
    }),
  );
  if (!kept.ok) log.error({ err: kept.error, episode: rung.episode.number, part }, 'a failure could not be recorded');
}

const actionBase = (rung: ReachedRung, { now }: Breaches) => ({
  id: newId(),
  episodeId: rung.episode.id,
  priority: PRIORITY[partsOfKey(rung.change.key).measure],
  reason: rung.verdict.sentence,
  proposedAt: now,
});

async function tellEngines(tx: Tx, rung: ReachedRung, latches: readonly string[], breaches: Breaches): Promise<void> {
  const { latch: state } = rung.response;
  if (!state) return;
  const commands = await tellRestriction(tx, rung, state, latches, breaches);
  await insertAction(tx, {
    ...actionBase(rung, breaches),
    rung: rungKey(rung),
    type: state === 'HALTED' ? 'halt' : 'reduce-only',
    params: { latches },
    automatic: true,
    ...(commands.length
      ? { state: 'sent' as const, commandId: commands[0], commandIds: commands }
      : {
          state: 'failed' as const,
          settledAt: breaches.now,
          error: 'No approved trading engine is registered to be told.',
        }),
  });
}

async function askEmergency(tx: Tx, rung: ReachedRung, breaches: Breaches): Promise<void> {
  if (!rung.response.emergency) return;
  const { scope } = partsOfKey(rung.change.key);
  await insertAction(tx, {
    ...actionBase(rung, breaches),
    rung: `${rungKey(rung)}:emergency`,
    type: 'request-emergency',
    params: {},
    state: 'sent',
    automatic: true,
  });
  recordEvent(tx, {
    type: 'risk.emergency-requested',
    actor: actorOf(breaches),
    subject: { kind: 'breach-episode', id: rung.episode.id },
    portfolioId: breaches.loaded.portfolio.id,
    data: {
      number: rung.episode.number,
      severity: 'high',
      scope: scope.kind === 'strategy' ? 'strategy' : 'portfolio',
      strategyId: scope.kind === 'strategy' ? scope.id : null,
      reason: rung.verdict.sentence,
    },
  });
}
