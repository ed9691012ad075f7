import { fingerprintOf } from '../../alerts/fingerprint';
import { type Actor, job } from '../../kernel/actor';
import type { Change } from '../episodes';
import type { LoadedContext } from '../ingest/context-store';
import { DEFAULT_LIMITS } from '../limit-definition';
import { limitFor, limitKey, partsOfKey, setsInForce, type Verdict, verdictOf } from '../limits';
import { unknown } from '../reading';
import type { RiskState } from '../state';
import type { ProposalOutcome, Response, Rung } from './response';

/** What the changes of a batch are applied with. */
export type Breaches = {
  loaded: LoadedContext;
  state: RiskState;
  verdicts: readonly Verdict[];
  now: Date;
  late: boolean;
  actor?: Actor;
  /** The changes are of an episode that was over before the one that runs began: it is kept beside that one. */
  isPast?: boolean;
};

/** An episode as the record names it. */
export type Held = { id: string; number: string };

/** A rung that was reached, what it asks for, and whose it is. */
export type ReachedRung = {
  change: Extract<Change, { kind: 'rung' }>;
  response: Response;
  episode: Held;
  verdict: Verdict;
  /** It acted in this episode before; what it restricted was lifted, or its breach came back. */
  isAgain: boolean;
  /** What came of what it proposes; `none` until it was proposed. */
  proposal: ProposalOutcome;
};

/** The place of a rung among the actions of its episode: each time that it acts is one of its own. */
export const rungKey = ({
  change: { rung, at },
  isAgain,
}: {
  change: { rung: Rung; at: Date };
  isAgain: boolean;
}): string => (isAgain ? `${rung}:again:${at.toISOString()}` : String(rung));

export const RISK_JOB = job('risk');

export const actorOf = ({ actor }: Breaches): Actor => actor ?? RISK_JOB;

/** The alert of one limit, pending or firing: one fingerprint for its whole life. */
export const fingerprintOfLimit = (key: string): string =>
  fingerprintOf('risk', key.split('|')[0] ?? '', { kind: 'limit', id: key });

/** The alert of a first breach of a limit that warns already; with its confirmation it gives way to the alert of the limit. */
export const fingerprintOfPending = (key: string): string =>
  fingerprintOf('risk', `${key.split('|')[0] ?? ''}-unconfirmed`, { kind: 'limit', id: key });

/** The verdict a change speaks of; when its limit is no longer measured, one that says so. */
export function verdictFor(key: string, { verdicts, loaded, now }: Breaches): Verdict {
  const found = verdicts.find((v) => limitKey(v) === key);
  if (found) return found;
  const parts = partsOfKey(key);
  const sets = setsInForce(loaded.evaluation.sets, now);
  // A limit that ended meanwhile must not cost the halt it had called for: the default words it then.
  const limit =
    limitFor(sets, { ...parts, appliesTo: parts.scope.kind }, now) ??
    DEFAULT_LIMITS.find((one) => one.measure === parts.measure);
  if (!limit) throw new Error(`no limit for ${key}`);
  return verdictOf({ ...parts, reading: unknown('it is not measured at this instant') }, limit);
}
