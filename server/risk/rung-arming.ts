import { type Rung, rungsReached } from './breaches/response';
import { utilisationAt, type Window } from './confirmation';
import type { Episode, Observation } from './episodes';

/** Which rungs of an episode act again although they have acted; all absent in most episodes. */
export type Arming = {
  /** Rungs whose restriction people lifted over the limit: armed once the value has been inside it. */
  lifted?: Rung[];
  /** Rungs that act again when the limit is breached the next time. */
  armed?: Rung[];
  /** A daily loss: the session that runs, and the rungs which its own loss has reached, without that of the 24 h before. */
  own?: { day: string; rungs: Rung[] };
};

const joined = (a: readonly Rung[] = [], b: readonly Rung[] = []): Rung[] => [...new Set([...a, ...b])];
const without = (a: readonly Rung[] = [], b: readonly Rung[]): Rung[] => a.filter((rung) => !b.includes(rung));

/**
 * The episode after people lifted what these rungs had restricted. A lift inside the limit arms them at once; one over it
 * stands until the value has been inside, else the next sample would undo what two people decided.
 */
export function liftedRungs(episode: Episode, rungs: readonly Rung[], window: Window): Episode {
  const acted = rungs.filter((rung) => episode.rungs.includes(rung));
  const newest = window.at(-1);
  return newest?.level.lte(1)
    ? { ...episode, armed: joined(episode.armed, acted) }
    : { ...episode, lifted: joined(episode.lifted, acted) };
}

/** Rungs that one look reaches: for the first time (`fresh`), or again (`again`), and how the episode is armed then. */
export type Reached = { fresh: Rung[]; again: Rung[]; arming: Arming };

/**
 * What a look at a running episode reaches. A rung acts once; again only after people lifted it and the value was inside
 * the limit since, or when the own loss of another session reaches it: what the rolling 24 h still holds of the day before
 * is no new loss. What samples of before still confirm while the newest is inside is none either. `told` are rungs that act with this look anyway. An accepted breach stands: nothing acts again in it.
 */
export function reachedRungs(episode: Episode, o: Observation, told: readonly Rung[]): Reached {
  const reached = o.confirmed?.gt(1) ? rungsReached(o.measure, utilisationAt(o.confirmed)) : [];
  const fresh = without(reached, episode.rungs);
  const armed = o.within ? joined(episode.armed, episode.lifted) : (episode.armed ?? []);
  const lifted = o.within ? [] : (episode.lifted ?? []);
  const own = newOwnRungs(episode, o);
  const isAccepted = episode.state === 'accepted';
  const again = isAccepted
    ? []
    : without(
        episode.rungs.filter(
          (rung) => own.includes(rung) || (!o.within && armed.includes(rung) && reached.includes(rung)),
        ),
        told,
      );
  const left = without(armed, [...again, ...told]);
  return {
    fresh,
    again,
    arming: {
      ...(left.length > 0 ? { armed: left } : {}),
      ...(lifted.length > 0 ? { lifted } : {}),
      ...(o.own ? { own: { day: o.day, rungs: joined(ownBefore(episode, o.day), own) } } : {}),
    },
  };
}

const ownBefore = ({ own }: Episode, day: string): Rung[] => (own?.day === day ? own.rungs : []);

/** Rungs that the own loss of the session that runs has reached for the first time in it. */
export const newOwnRungs = (episode: Episode, o: Observation): Rung[] =>
  o.own?.gt(1) ? without(rungsReached(o.measure, utilisationAt(o.own)), ownBefore(episode, o.day)) : [];

/** An episode without arming, its place in the session that runs apart: one that opens again restricts anew by itself. */
export function disarmed(episode: Episode): Episode {
  const { lifted, armed, ...rest } = episode;
  return rest;
}
