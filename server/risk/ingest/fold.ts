import { ZERO } from '../../kernel/decimal';
import { LIVE_CONFIRMATION } from '../confirmation';
import type { Change } from '../episodes';
import { evaluateSample, type Outcome } from '../evaluator';
import type { Verdict } from '../limits';
import type { DayClose } from '../open-day';
import { type AccountRow, oldestSample, sortedOnce, totalsOf } from '../samples';
import { type EvaluationContext, type Lookback, markIn, type RiskState } from '../state';
import { freshnessOf } from '../unknown';
import type { Derived } from './derived';
import { advanceQuiet } from './quiet-advance';
import { quietLength } from './quiet-screen';

/** Samples in a row up to the newest that were fit to judge and within every limit; `unbroken` when no other came between. */
export type WithinRun = { samples: number; unbroken: boolean };

export type Fold = {
  state: RiskState;
  changes: Change[];
  closes: DayClose[];
  verdicts: Verdict[];
  derived: Derived[];
  within: WithinRun;
};

/** Shorter stretches are not worth looking for. */
const WORTH_SKIPPING = 16;
/** As many samples as confirmation counts are evaluated in full after a skipped stretch, so that windows hold them. */
const IN_FULL = LIVE_CONFIRMATION.of;

/**
 * Folds rows in the order of their instants, each (account, sequence) once.
 *
 * Stretches in which plainly nothing happens are advanced without verdicts, to the same state (`quietLength`); `inFull`
 * evaluates every row, and so do counts of confirmation that a limit set sets apart.
 */
export function evaluateAll(
  start: RiskState,
  rows: readonly AccountRow[],
  context: EvaluationContext,
  lookback: Lookback = { points: [], days: [] },
  inFull = false,
): Fold {
  const fold: Fold = {
    state: start,
    changes: [],
    closes: [],
    verdicts: [],
    derived: [],
    within: { samples: 0, unbroken: true },
  };
  const sorted = sortedOnce(rows);
  // What is skipped is proven for the default counts only.
  const isFull = inFull || context.confirmation !== undefined;
  let look = 0;
  for (let i = 0; i < sorted.length; i += 1) {
    if (!isFull && i >= look && sorted.length - i > WORTH_SKIPPING) {
      const quiet = quietLength(fold.state, sorted, i, context, lookback);
      if (quiet > WORTH_SKIPPING) {
        const rows = sorted.slice(i, i + quiet - IN_FULL);
        skip(fold, rows, context, lookback);
        i += rows.length;
      }
      // Where nothing could be skipped, the next look waits, so that looking costs little of evaluating.
      else look = i + WORTH_SKIPPING;
    }
    const row = sorted[i] as AccountRow;
    const outcome = evaluateSample(fold.state, row, context, lookback);
    fold.state = outcome.state;
    fold.verdicts = outcome.verdicts;
    fold.changes.push(...outcome.changes);
    fold.closes.push(...outcome.closes);
    fold.derived.push(derivedOf(row, outcome));
    fold.within = isWithin(row, outcome)
      ? { ...fold.within, samples: fold.within.samples + 1 }
      : { samples: 0, unbroken: false };
  }
  return fold;
}

/** Advances the fold over a quiet stretch. */
function skip(fold: Fold, rows: readonly AccountRow[], context: EvaluationContext, lookback: Lookback): void {
  const { state, derived } = advanceQuiet(fold.state, rows, context, lookback);
  fold.state = state;
  for (const one of derived) fold.derived.push(one);
  fold.within = { ...fold.within, samples: fold.within.samples + derived.length };
}

/** Live, not suspect, and every limit known and kept; unknown win rates are no matter of freshness. */
const isWithin = (row: AccountRow, { evaluated, suspect, verdicts }: Outcome): boolean =>
  row.kind === 'live' &&
  evaluated &&
  !suspect &&
  verdicts.every((v) => v.state !== 'breach' && (v.state !== 'unknown' || v.measure === 'winRate'));

/** As many as are ever counted in a row. */
const COUNTED_AT_MOST = 1_000;

/**
 * How many rows at the end of a fold are fresh at `now`. None while one account is too old, whatever the others sent: a
 * backlog that arrives brings no fresh data.
 */
export function freshTail(
  { derived, state }: Pick<Fold, 'derived' | 'state'>,
  now: Date,
  { accounts, calendar, reportingIntervalMs }: EvaluationContext,
): number {
  const isFresh = (asOf: Date | null) => freshnessOf(asOf, now, calendar, reportingIntervalMs).state === 'fresh';
  if (!isFresh(oldestSample(state.accounts, accounts))) return 0;
  const most = Math.min(derived.length, COUNTED_AT_MOST);
  let count = 0;
  while (count < most && isFresh((derived.at(-1 - count) as Derived).row.asOf)) count += 1;
  return count;
}

/**
 * Fresh samples within every limit in a row, after a fold of which the last `fresh` are fresh now. Late rows are no fresh
 * samples: what is folded again with them may break the row, never lengthen it.
 */
export function freshAfter(
  { within, derived }: Pick<Fold, 'within' | 'derived'>,
  before: number,
  late: boolean,
  fresh: number,
): number {
  if (fresh === 0) return 0;
  if (late) return within.unbroken ? before : Math.min(before, within.samples);
  const joins = within.unbroken && fresh >= derived.length;
  return Math.min(COUNTED_AT_MOST, (joins ? before : 0) + Math.min(within.samples, fresh));
}

function derivedOf(row: AccountRow, { state, evaluated, suspect }: Outcome): Derived {
  const { equity, cash } = totalsOf(Object.values(state.accounts));
  return {
    row,
    suspect,
    evaluated,
    equity,
    cash,
    unitValue: state.curve?.unitValue ?? ZERO,
    mark: markIn(state) ?? ZERO,
    cumulativeFlow: state.cumulativeFlow,
  };
}
