import 'server-only';
import { z } from 'zod';
import { parseDecimal, ZERO } from '../kernel/decimal';
import { AUTOMATIC_KINDS } from '../risk/breaches/automatic-policy';
import { correlationView } from '../risk/correlation/correlation-view-store';
import { acceptUnknownPair } from '../risk/correlation/unknown-pair-actions';
import { acknowledgeEpisode, decideAction } from '../risk/decisions/decision-actions';
import { endEpisode } from '../risk/decisions/exit-actions';
import { attachCorrection, reviewFalseAlarm } from '../risk/decisions/false-alarm-actions';
import { liftTrading, restrictTrading } from '../risk/decisions/latch-actions';
import { DRAWDOWN_BASES } from '../risk/equity-curve';
import { seriesView } from '../risk/ingest/series-store';
import { MEASURES } from '../risk/limit-definition';
import { changeLevelLimits } from '../risk/limit-sets/level-limit-actions';
import { changeLimits } from '../risk/limit-sets/limit-actions';
import { approveLimits, rejectLimits } from '../risk/limit-sets/limit-approval-actions';
import { CONFIRMED_MEASURES } from '../risk/limit-sets/limit-rules';
import { limitVersionsView } from '../risk/limit-sets/limit-version-view-store';
import { overrideLimit, withdrawOverride } from '../risk/limit-sets/override-actions';
import { acceptDifference } from '../risk/reconciliation/reconciliation-actions';
import { reconciliationView } from '../risk/reconciliation/reconciliation-view-store';
import { replaySets } from '../risk/replay/replay-set-store';
import { ReplaySet } from '../risk/replay/replay-sets';
import { episodesView } from '../risk/views/episode-view-store';
import {
  CorrelationView,
  EpisodeView,
  LatchView,
  LimitsView,
  LimitVersionView,
  ReconciliationView,
  SERIES_RANGES,
  SeriesView,
} from '../risk/views/view';
import { latchesView, limitsView } from '../risk/views/view-store';
import { procedure, router } from '../trpc/init';

const InPortfolio = z.object({ portfolioId: z.uuid() });
const Reason = z.string().trim().min(3, 'Say why: others will read it.').max(500);
const StepUp = z.string().max(200);
/** Money as it was shown, with its sign. */
const SignedMoney = z
  .string()
  .max(40)
  .transform((text, context) => {
    const money = parseDecimal(text);
    if (!money) context.addIssue({ code: 'custom', message: 'is no amount of money' });
    return money ?? ZERO;
  });
const Share = z.string().regex(/^\d{1,2}(\.\d{1,12})?$/, 'A fraction such as 0.10 for 10 %.');

export const riskRouter = router({
  limits: procedure('read')
    .input(InPortfolio)
    .output(LimitsView)
    .query(({ ctx, input }) => limitsView(ctx.actor, input.portfolioId)),
  series: procedure('read')
    .input(InPortfolio.extend({ range: z.enum(SERIES_RANGES) }))
    .output(SeriesView)
    .query(({ ctx, input }) => seriesView(ctx.actor, input.portfolioId, input.range)),
  episodes: procedure('read')
    .input(InPortfolio)
    .output(z.array(EpisodeView))
    .query(({ ctx, input }) => episodesView(ctx.actor, input.portfolioId)),
  latches: procedure('read')
    .input(InPortfolio)
    .output(z.object({ open: z.array(LatchView), lifted: z.array(LatchView) }))
    .query(({ ctx, input }) => latchesView(ctx.actor, input.portfolioId)),
  versions: procedure('read')
    .input(InPortfolio)
    .output(
      z.object({
        versions: z.array(LimitVersionView),
        general: z.array(
          z.object({
            measure: z.enum(MEASURES),
            appliesTo: z.enum(['portfolio', 'strategy']),
            name: z.string(),
            hard: z.string(),
            soft: z.string().nullable(),
            recovery: z.string().nullable(),
            line: z.string(),
            rules: z.string(),
          }),
        ),
        strategies: z.array(z.object({ id: z.string(), name: z.string(), ownerId: z.string() })),
        basis: z.enum(DRAWDOWN_BASES),
        automatic: z.array(z.enum(AUTOMATIC_KINDS)),
        maxAgeMs: z.number(),
        counts: z.record(z.enum(CONFIRMED_MEASURES), z.object({ needed: z.number(), of: z.number() })),
      }),
    )
    .query(({ ctx, input }) => limitVersionsView(ctx.actor, input.portfolioId)),
  replaySets: procedure('read')
    .input(InPortfolio)
    .output(z.array(ReplaySet))
    .query(({ ctx, input }) => replaySets(ctx.actor, input.portfolioId)),
  correlation: procedure('read')
    .input(InPortfolio)
    .output(CorrelationView)
    .query(({ ctx, input }) => correlationView(ctx.actor, input.portfolioId)),
  reconciliation: procedure('read')
    .input(InPortfolio)
    .output(ReconciliationView)
    .query(({ ctx, input }) => reconciliationView(ctx.actor, input.portfolioId)),
  acceptDifference: procedure('breach.decide')
    .input(InPortfolio.extend({ upTo: SignedMoney, reason: Reason, stepUp: StepUp }))
    .output(z.void())
    .mutation(({ ctx, input }) => acceptDifference(ctx.actor, input)),
  acceptUnknownPair: procedure('breach.decide')
    .input(InPortfolio.extend({ subject: z.string().max(100), days: z.number().int(), reason: Reason, stepUp: StepUp }))
    .output(z.object({ number: z.string(), until: z.date() }))
    .mutation(({ ctx, input }) => acceptUnknownPair(ctx.actor, input)),
  acknowledge: procedure('alert.acknowledge', { whileLocked: true })
    .input(z.object({ episodeId: z.uuid() }))
    .output(z.void())
    .mutation(({ ctx, input }) => acknowledgeEpisode(ctx.actor, input)),
  decide: procedure('breach.decide')
    .input(
      z.object({
        actionId: z.uuid(),
        decision: z.enum(['approve', 'reject']),
        reason: z.string().trim().max(500),
        stepUp: StepUp.optional(),
      }),
    )
    .output(z.object({ commands: z.number() }))
    .mutation(({ ctx, input }) => decideAction(ctx.actor, input)),
  endEpisode: procedure('limit.loosen')
    .input(
      z.object({
        episodeId: z.uuid(),
        kind: z.enum(['rebase', 'accept']),
        days: z.number().int().nullable(),
        reason: Reason,
        seen: z.string().max(64).optional(),
        stepUp: StepUp,
      }),
    )
    .output(z.object({ done: z.boolean(), text: z.string() }))
    .mutation(({ ctx, input }) => endEpisode(ctx.actor, input)),
  restrict: procedure('trading.restrict')
    .input(
      InPortfolio.extend({ strategyId: z.uuid().nullable(), state: z.enum(['REDUCING', 'HALTED']), reason: Reason }),
    )
    .output(z.object({ latchId: z.string() }))
    .mutation(({ ctx, input }) => restrictTrading(ctx.actor, input)),
  lift: procedure('trading.lift-halt')
    .input(z.object({ latchId: z.uuid(), reason: Reason, falseAlarm: z.boolean(), stepUp: StepUp }))
    .output(z.object({ lifted: z.boolean(), text: z.string() }))
    .mutation(({ ctx, input }) => liftTrading(ctx.actor, input)),
  attachCorrection: procedure('trading.lift-halt')
    .input(
      z.object({
        latchId: z.uuid(),
        correctedData: z.string().trim().min(10, 'Say what was wrong and what is right.').max(2_000),
      }),
    )
    .output(z.void())
    .mutation(({ ctx, input }) => attachCorrection(ctx.actor, input)),
  reviewFalseAlarm: procedure('incident.close')
    .input(z.object({ latchId: z.uuid(), note: Reason }))
    .output(z.void())
    .mutation(({ ctx, input }) => reviewFalseAlarm(ctx.actor, input)),
  changeLimits: procedure('limit.tighten')
    .input(
      InPortfolio.extend({
        edits: z
          .array(
            z.object({
              measure: z.enum(MEASURES),
              appliesTo: z.enum(['portfolio', 'strategy']),
              hard: Share,
              soft: Share.optional(),
              recovery: Share.optional(),
            }),
          )
          .max(20),
        basis: z.enum(DRAWDOWN_BASES).optional(),
        automatic: z.array(z.enum(AUTOMATIC_KINDS)).max(AUTOMATIC_KINDS.length).optional(),
        rules: z
          .object({
            maxAgeMs: z.number().nullable().optional(),
            confirmation: z
              .partialRecord(z.enum(CONFIRMED_MEASURES), z.object({ needed: z.number(), of: z.number() }).nullable())
              .optional(),
          })
          .optional(),
        reason: Reason,
      }),
    )
    .output(z.object({ id: z.string(), version: z.number(), inForce: z.boolean(), text: z.string() }))
    .mutation(({ ctx, input }) => changeLimits(ctx.actor, input)),
  changeLevelLimits: procedure('limit.tighten')
    .input(
      InPortfolio.extend({
        level: z.union([
          z.object({ kind: z.literal('firm') }),
          z.object({ kind: z.literal('strategy'), strategyId: z.uuid() }),
        ]),
        edits: z
          .array(z.object({ measure: z.enum(MEASURES), appliesTo: z.enum(['portfolio', 'strategy']), hard: Share }))
          .min(1)
          .max(20),
        reason: Reason,
      }),
    )
    .output(z.object({ id: z.string(), version: z.number(), inForce: z.boolean(), text: z.string() }))
    .mutation(({ ctx, input }) => changeLevelLimits(ctx.actor, input)),
  overrideLimit: procedure('limit.tighten')
    .input(
      InPortfolio.extend({
        measure: z.enum(MEASURES),
        appliesTo: z.enum(['portfolio', 'strategy']),
        /** Only of a position; null for a measure as a whole. */
        instrument: z.string().trim().min(1).max(100).nullable(),
        hard: Share,
        startsAt: z.date().nullable(),
        days: z.number().positive().nullable(),
        reason: Reason,
      }),
    )
    .output(z.object({ id: z.string(), version: z.number(), inForce: z.boolean(), text: z.string() }))
    .mutation(({ ctx, input }) => overrideLimit(ctx.actor, input)),
  withdrawOverride: procedure('limit.tighten')
    .input(z.object({ limitSetId: z.uuid(), reason: Reason }))
    .output(z.object({ text: z.string() }))
    .mutation(({ ctx, input }) => withdrawOverride(ctx.actor, input)),
  approveLimits: procedure('limit.loosen')
    .input(z.object({ limitSetId: z.uuid(), stepUp: StepUp }))
    .output(z.object({ inForce: z.boolean(), text: z.string() }))
    .mutation(({ ctx, input }) => approveLimits(ctx.actor, input)),
  rejectLimits: procedure('limit.loosen')
    .input(z.object({ limitSetId: z.uuid(), reason: Reason }))
    .output(z.void())
    .mutation(({ ctx, input }) => rejectLimits(ctx.actor, input)),
});
