import { z } from 'zod';
import { MEASURES } from '../limit-definition';

/** What pages read of risk. Decimals are text; null is unknown and is said. */
export const LimitView = z.object({
  key: z.string(),
  measure: z.enum(MEASURES),
  name: z.string(),
  /** Instrument, pair or strategy; null for the whole portfolio. */
  subject: z.string().nullable(),
  scope: z.enum(['firm', 'portfolio', 'strategy']),
  state: z.enum(['within', 'soft', 'breach', 'unknown']),
  value: z.string().nullable(),
  note: z.string().nullable(),
  soft: z.string(),
  hard: z.string(),
  direction: z.enum(['ceiling', 'floor']),
  utilisation: z.union([z.string(), z.literal('beyond')]).nullable(),
  headroom: z.string().nullable(),
  headroomAmount: z.string().nullable(),
  sentence: z.string(),
  asOf: z.date().nullable(),
});
export type LimitView = z.infer<typeof LimitView>;

export const LimitsView = z.object({
  version: z.number(),
  since: z.date().nullable(),
  rows: z.array(LimitView),
  counts: z.object({ breach: z.number(), soft: z.number(), unknown: z.number() }),
  currency: z.string(),
  asOf: z.date().nullable(),
  maxAgeMs: z.number(),
});
export type LimitsView = z.infer<typeof LimitsView>;

export const ActionView = z.object({
  id: z.string(),
  type: z.string(),
  title: z.string(),
  detail: z.string(),
  state: z.enum(['proposed', 'approved', 'rejected', 'sent', 'confirmed', 'failed', 'expired']),
  automatic: z.boolean(),
  proposedAt: z.date(),
  decidedBy: z.string().nullable(),
  decidedAt: z.date().nullable(),
  /** Who signed a rebase or an acceptance. */
  signers: z.array(z.string()),
  reason: z.string(),
  /** Why a person decided so. */
  decisionReason: z.string().nullable(),
  /** When the engine confirmed it, or it failed. */
  settledAt: z.date().nullable(),
  error: z.string().nullable(),
  /** What a person signs to approve it. */
  contentHash: z.string(),
  targets: z.array(z.object({ strategy: z.string(), instrument: z.string(), from: z.string(), to: z.string() })),
});
export type ActionView = z.infer<typeof ActionView>;

/** How far a breach is, in words with units. */
export const StandingView = z.object({
  /** Of the newest evaluation; null while that is unknown, or the breach is over. */
  now: z.string().nullable(),
  unknownWhy: z.string().nullable(),
  limit: z.string(),
  worst: z.string().nullable(),
  /** "28,400.00 USD over", or what is left. */
  money: z.string().nullable(),
  asOf: z.date().nullable(),
  maxAgeMs: z.number(),
});
export type StandingView = z.infer<typeof StandingView>;

export const EpisodeView = z.object({
  id: z.string(),
  number: z.string(),
  measure: z.enum(MEASURES),
  title: z.string(),
  sentence: z.string(),
  place: z.string(),
  tier: z.enum(['soft', 'hard', 'unknown']),
  state: z.enum(['open', 'acknowledged', 'cleared', 'rebased', 'accepted']),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  openedAt: z.date(),
  clearedAt: z.date().nullable(),
  acknowledgedBy: z.string().nullable(),
  acceptedUntil: z.date().nullable(),
  /** The value up to which an accepted breach may stand, in words; null where none bounds it. */
  acceptedUpTo: z.string().nullable(),
  late: z.boolean(),
  standing: StandingView,
  /** What it restricts now, and who lifts that. */
  restrictions: z.array(
    z.object({
      state: z.enum(['REDUCING', 'HALTED']),
      place: z.string(),
      exit: z.enum(['two-people', 'one-person', 'episode', 'fresh-samples', 'timed', 'lease']),
      earliestExitAt: z.date().nullable(),
    }),
  ),
  clears: z.string(),
  actions: z.array(ActionView),
  /** What two people would sign; `acceptUpTo` is the value up to which it would be accepted now. */
  /** What a person signs: of a rebase the mark in money and what it becomes, of an acceptance one hash for each of its days. */
  exits: z.object({
    rebase: z.object({ contentHash: z.string(), highWater: z.string(), value: z.string() }).nullable(),
    accept: z.array(z.string()),
    acceptUpTo: z.string().nullable(),
    /** Signed by one person, and not yet by the second. */
    waiting: z.array(
      z.object({
        kind: z.enum(['rebase', 'accept']),
        days: z.number().nullable(),
        reason: z.string(),
        names: z.array(z.string()),
        personIds: z.array(z.string()),
        lapsesAt: z.date(),
      }),
    ),
  }),
});
export type EpisodeView = z.infer<typeof EpisodeView>;

export const LatchView = z.object({
  id: z.string(),
  state: z.enum(['REDUCING', 'HALTED']),
  place: z.string(),
  reason: z.string(),
  cause: z.string(),
  openedByName: z.string(),
  openedAt: z.date(),
  exit: z.string(),
  earliestExitAt: z.date().nullable(),
  liftsByItself: z.boolean(),
  approvals: z.array(z.object({ name: z.string(), role: z.string(), at: z.string() })),
  contentHash: z.string(),
  falseAlarmHash: z.string(),
  correctedData: z.string().nullable(),
  falseAlarm: z.boolean(),
  reviewDueAt: z.date().nullable(),
  reviewedAt: z.date().nullable(),
  reviewedByName: z.string().nullable(),
  reviewNote: z.string().nullable(),
  liftedAt: z.date().nullable(),
  liftReason: z.string().nullable(),
});
export type LatchView = z.infer<typeof LatchView>;

export const LimitVersionView = z.object({
  id: z.string(),
  version: z.number(),
  title: z.string(),
  change: z.enum(['initial', 'tighten', 'loosen', 'override']),
  reason: z.string(),
  lines: z.array(z.string()),
  state: z.enum(['in-force', 'scheduled', 'past', 'waiting', 'rejected', 'expired', 'withdrawn']),
  /** An override, which one person may take back or tighten. */
  isOverride: z.boolean(),
  proposedByName: z.string(),
  proposedAt: z.date(),
  effectiveAt: z.date().nullable(),
  startsAt: z.date().nullable(),
  expiresAt: z.date().nullable(),
  approvals: z.array(z.object({ name: z.string(), role: z.string(), at: z.string() })),
  rejectedWhy: z.string().nullable(),
  endedByName: z.string().nullable(),
  endedWhy: z.string().nullable(),
  contentHash: z.string(),
});
export type LimitVersionView = z.infer<typeof LimitVersionView>;

export const SERIES_RANGES = ['1d', '1m', '6m', 'all'] as const;
export type SeriesRange = (typeof SERIES_RANGES)[number];
export const SeriesView = z.object({
  /** Seconds since 1970, equity in account currency, drawdown as a fraction; null is a gap. */
  points: z.array(z.object({ at: z.number(), equity: z.number(), drawdown: z.number(), floor: z.number() })),
  marks: z.array(
    z.object({ at: z.number(), number: z.string(), tier: z.enum(['soft', 'hard', 'unknown']), title: z.string() }),
  ),
  highWater: z.string().nullable(),
  trigger: z.string().nullable(),
  equity: z.string().nullable(),
  drawdown: z.string().nullable(),
  soft: z.string(),
  hard: z.string(),
  basis: z.string(),
  currency: z.string(),
  timeZone: z.string(),
  asOf: z.date().nullable(),
  maxAgeMs: z.number(),
});
export type SeriesView = z.infer<typeof SeriesView>;

export const CorrelationView = z.object({
  day: z.string().nullable(),
  names: z.array(z.object({ id: z.string(), name: z.string() })),
  pairs: z.array(
    z.object({
      left: z.string(),
      right: z.string(),
      r: z.string().nullable(),
      overlap: z.number(),
      /** Common days that are of an approved backtest, before the launch of either side. */
      splicedDays: z.number(),
      /** What a risk officer signs to accept that it is unknown; null where it is known. */
      acceptance: z.object({ subject: z.string(), days: z.number(), contentHash: z.string() }).nullable(),
      acceptedBy: z.string().nullable(),
      acceptedUntil: z.date().nullable(),
    }),
  ),
  hard: z.string(),
});
export type CorrelationView = z.infer<typeof CorrelationView>;

/** Equity against the P&L of the strategies since both agreed last; money is text, null is unknown. */
export const ReconciliationView = z.object({
  kind: z.enum(['unknown', 'agrees', 'differs']),
  currency: z.string(),
  since: z.date().nullable(),
  equityChange: z.string().nullable(),
  componentPnl: z.string().nullable(),
  difference: z.string().nullable(),
  share: z.string().nullable(),
  /** The most, in money and with its sign, that an acceptance signed now stands for; null where there is none. */
  acceptUpTo: z.string().nullable(),
  /** What a person signs to accept a difference; null where there is none. */
  contentHash: z.string().nullable(),
  asOf: z.date().nullable(),
});
export type ReconciliationView = z.infer<typeof ReconciliationView>;

export const SummaryView = z.object({
  currency: z.string(),
  timeZone: z.string(),
  equity: z.string().nullable(),
  highWater: z.string().nullable(),
  highWaterAt: z.date().nullable(),
  trigger: z.string().nullable(),
  dayPnl: z.string().nullable(),
  dayPnlFraction: z.string().nullable(),
  startEquity: z.string().nullable(),
  startEstimated: z.boolean(),
  drawdown: z.string().nullable(),
  cash: z.string().nullable(),
  cashFraction: z.string().nullable(),
  asOf: z.date().nullable(),
  maxAgeMs: z.number(),
  suspect: z.boolean(),
  now: z.date(),
});
export type SummaryView = z.infer<typeof SummaryView>;

export const DayPnlView = z.object({
  sessionStart: z.date().nullable(),
  sessionEnd: z.date().nullable(),
  startEquity: z.string().nullable(),
  estimated: z.boolean(),
  points: z.array(z.object({ at: z.number(), pnl: z.number() })),
  softLoss: z.string().nullable(),
  hardLoss: z.string().nullable(),
  soft: z.string(),
  hard: z.string(),
  currency: z.string(),
  timeZone: z.string(),
  asOf: z.date().nullable(),
  maxAgeMs: z.number(),
});
export type DayPnlView = z.infer<typeof DayPnlView>;

export const FreshnessView = z.array(
  z.object({
    name: z.string(),
    asOf: z.date().nullable(),
    maxAgeMs: z.number(),
    href: z.string().nullable(),
    /** Of an account: what its newest snapshot states; null of an engine, or before the first. */
    stated: z.object({ account: z.string(), equity: z.string(), currency: z.string() }).nullable(),
  }),
);
export type FreshnessView = z.infer<typeof FreshnessView>;

export const MyActionView = z.array(
  z.object({
    key: z.string(),
    kind: z.enum(['decision', 'approval', 'signature', 'expiry', 'lift']),
    severity: z.enum(['low', 'medium', 'high', 'critical']).nullable(),
    title: z.string(),
    meta: z.string(),
    verb: z.string(),
    href: z.string(),
    since: z.date(),
    due: z.date().nullable(),
  }),
);
export type MyActionView = z.infer<typeof MyActionView>;
