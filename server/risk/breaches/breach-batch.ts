import { fingerprintOf } from '../../alerts/fingerprint';
import { type Actor, job } from '../../kernel/actor';
import { levelOf } from '../confirmation';
import type { Change } from '../episodes';
import type { LoadedContext } from '../ingest/context-store';
import { DEFAULT_LIMITS } from '../limit-definition';
import { limitFor, limitKey, partsOfKey, setsInForce, type Verdict, verdictOf } from '../limits';
import { known, unknown } from '../reading';
import type { RiskState } from '../state';
import { valueAt } from '../utilisation';
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

/**
 * What words a change: the look that it came with, whatever came after in the same batch. Silence confirms without one: then
 * that of the newest sample, or the value at the level that was confirmed.
 */
export function verdictOfChange(change: Change, { verdicts, loaded }: Breaches): Verdict {
  if (change.verdict) return change.verdict;
  const { key, at, level } = change;
  const found = verdicts.find((v) => limitKey(v) === key && levelOf(v.utilisation)?.eq(level));
  if (found) return found;
  const parts = partsOfKey(key);
  const sets = setsInForce(loaded.evaluation.sets, at);
  // A limit that ended meanwhile must not cost the halt it had called for: the default words it then.
  const limit =
    limitFor(sets, { ...parts, appliesTo: parts.scope.kind }, at) ??
    DEFAULT_LIMITS.find((one) => one.measure === parts.measure);
  if (!limit) throw new Error(`no limit for ${key}`);
  const reading =
    change.kind === 'cleared' ? unknown('it is not measured at this instant') : known(valueAt(limit, level));
  return verdictOf({ ...parts, reading }, limit);
}
