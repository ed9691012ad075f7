import { contentHash } from '../../audit/canonical';
import type { Decimal } from '../../kernel/decimal';
import type { EquityCurve } from '../equity-curve';
import { partsOfKey } from '../limits';
import { markIn, type RiskState } from '../state';

/** How two people end an episode by decision: a rebase of the mark, or leave to stand for a time. */
export type ExitKind = 'rebase' | 'accept';

/** An accepted breach may stand this long at most. */
export const ACCEPTED_DAYS_AT_MOST = 30;
/** A signature that found no second one within this was given in another situation: it falls. */
export const SIGNED_HOURS = 72;

/** One person's signature under what `content` is the hash of. */
export type ExitSignature = {
  personId: string;
  name: string;
  role: string;
  at: string;
  factor: string;
  content: string;
};
/** `ceiling`: of an acceptance, the level that the first who signed was shown; null where there is none. */
export type ExitParams = {
  kind: ExitKind;
  days: number | null;
  approvals: ExitSignature[];
  ceiling?: string | null;
};

/** The curve whose mark a rebase of this episode moves, and the mark it has now; null where nothing was measured. */
export function rebasedMark(state: RiskState, key: string): { curve: EquityCurve; mark: Decimal } | null {
  const { scope } = partsOfKey(key);
  if (scope.kind === 'strategy') {
    const curve = scope.id === null ? undefined : state.strategies[scope.id]?.curve;
    return curve ? { curve, mark: curve.mark } : null;
  }
  const mark = markIn(state);
  return state.curve && mark ? { curve: state.curve, mark } : null;
}

/** Hash of what the two people who end an episode this way are shown and sign: of a rebase the mark that it replaces. */
export const exitContent = (
  episode: { id: string; key: string },
  kind: ExitKind,
  days: number | null,
  mark: Decimal | null = null,
): string => contentHash({ episode: episode.id, key: episode.key, kind, days, ...(mark && { mark: mark.toFixed() }) });

/** When a signature falls by itself. */
export const lapseOf = (signature: ExitSignature): Date =>
  new Date(Date.parse(signature.at) + SIGNED_HOURS * 3_600_000);

/** Signatures that still stand: given for exactly this content, and within 72 h. */
export const standingFor = (signatures: readonly ExitSignature[], content: string, now: Date): ExitSignature[] =>
  signatures.filter((one) => one.content === content && lapseOf(one) > now);
