import { Decimal } from '../../kernel/decimal';
import { type Replay, replay } from './replay';
import type { ReplayCurve } from './replay-history';
import type { ReplayLimits } from './replay-limits';

export type ReplayHalt = {
  /** Close at which trading would have been halted, UTC midnight in epoch milliseconds. */
  at: number;
  cause: 'drawdown' | 'dailyLoss';
  /** How far it was then, as a fraction. */
  level: number;
  /** Return over the five closes after it, which a halted strategy would not have made; null where fewer follow. */
  after: number | null;
  /** True where those five closes gained: the halt would have cost money. Null while it cannot be known. */
  isFalseAlarm: boolean | null;
};

/** Of the drawdown ladder: 100 % of the limit reduces, 125 % halts. A daily loss halts at 100 %. */
const HALT_RUNG = new Decimal('1.25');
export const JUDGED_CLOSES = 5;

/**
 * When a limit set would have halted trading over a daily curve, once per episode, and whether the halt was a false
 * alarm. The daily loss halts at its limit, the drawdown at 125 % of it.
 */
export function haltsOf(curve: ReplayCurve, limits: ReplayLimits): ReplayHalt[] {
  const rung = Decimal.min(1, limits.drawdown.mul(HALT_RUNG));
  const { breaches } = replay({ curve, holdings: null, peers: [] }, { ...limits, drawdown: rung });
  const index = new Map(Array.from(curve.day, (day, i) => [day, i]));
  const halts = (['drawdown', 'dailyLoss'] as const).flatMap((cause) =>
    (breaches[cause]?.episodes ?? []).map((episode) => haltAt(curve, index.get(episode.from)!, cause)),
  );
  return halts.toSorted((a, b) => a.at - b.at);
}

function haltAt(curve: ReplayCurve, i: number, cause: ReplayHalt['cause']): ReplayHalt {
  const close = curve.value[i]!;
  const later = curve.value[i + JUDGED_CLOSES];
  const after = later === undefined || close <= 0 ? null : later / close - 1;
  return {
    at: curve.day[i]!,
    cause,
    level: levelAt(curve, i, cause),
    after,
    isFalseAlarm: after === null ? null : after > 0,
  };
}

function levelAt(curve: ReplayCurve, i: number, cause: ReplayHalt['cause']): number {
  const before = i === 0 ? (curve.opening?.value ?? curve.value[0]!) : curve.value[i - 1]!;
  let mark = cause === 'dailyLoss' ? before : (curve.opening?.value ?? Number.NEGATIVE_INFINITY);
  if (cause === 'drawdown') for (let j = 0; j <= i; j += 1) mark = Math.max(mark, curve.value[j]!);
  return mark > 0 ? (mark - curve.value[i]!) / mark : 1;
}

/** Days beyond, episodes, halts and false alarms of one limit set: what two sets are compared by. */
export function replayTotals(result: Replay, halts: readonly ReplayHalt[]) {
  const found = Object.values(result.breaches).filter((breaches) => breaches !== null);
  return {
    daysInBreach: found.reduce((sum, breaches) => sum + breaches.daysInBreach, 0),
    episodes: found.reduce((sum, breaches) => sum + breaches.episodes.length, 0),
    halts: halts.length,
    falseAlarms: halts.filter((halt) => halt.isFalseAlarm).length,
  };
}
