import 'server-only';
import { z } from 'zod';
import { CorrectionWish } from '../capital/instrument-correction';
import { approveCorrection, correctInstrument, rejectCorrection } from '../risk/instruments/correction-actions';
import {
  CorrectionPreview,
  CorrectionView,
  correctionHistory,
  previewCorrection,
  WaitingCorrections,
  waitingCorrections,
} from '../risk/instruments/correction-view-store';
import { RegisterPage, registerPage } from '../risk/instruments/register-view-store';
import { procedure, router } from '../trpc/init';

const InPortfolio = z.object({ portfolioId: z.uuid() });
const OfInstrument = InPortfolio.extend({ instrument: z.string().min(1).max(100) });
const Reason = z.string().trim().min(3, 'Say why: others will read it.').max(500);
const Correction = OfInstrument.extend({ wish: CorrectionWish, reason: Reason });

export const instrumentsRouter = router({
  page: procedure('read')
    .input(
      InPortfolio.extend({
        text: z.string().trim().max(100).optional(),
        only: z.string().max(100).optional(),
        cursor: z.string().max(100).nullish(),
      }),
    )
    .output(RegisterPage)
    .query(({ ctx, input }) => registerPage(ctx.actor, input)),
  waiting: procedure('read')
    .input(InPortfolio)
    .output(WaitingCorrections)
    .query(({ ctx, input }) => waitingCorrections(ctx.actor, input.portfolioId)),
  history: procedure('read')
    .input(OfInstrument)
    .output(z.array(CorrectionView))
    .query(({ ctx, input }) => correctionHistory(ctx.actor, input)),
  preview: procedure('read')
    .input(Correction)
    .output(CorrectionPreview)
    .query(({ ctx, input }) => previewCorrection(ctx.actor, input)),
  correct: procedure('instrument.correct')
    .input(Correction.extend({ stepUp: z.string().max(200) }))
    .output(z.object({ id: z.string(), applied: z.boolean(), text: z.string() }))
    .mutation(({ ctx, input }) => correctInstrument(ctx.actor, input)),
  approve: procedure('instrument.correct')
    .input(z.object({ correctionId: z.uuid(), stepUp: z.string().max(200) }))
    .output(z.object({ applied: z.boolean(), text: z.string() }))
    .mutation(({ ctx, input }) => approveCorrection(ctx.actor, input)),
  reject: procedure('instrument.correct')
    .input(z.object({ correctionId: z.uuid(), reason: Reason }))
    .output(z.void())
    .mutation(({ ctx, input }) => rejectCorrection(ctx.actor, input)),
});
