import 'server-only';
import { z } from 'zod';
import { readAgain } from '../evidence/actions';
import { BacktestDetail, BacktestView, PURPOSES, ReadingChoice } from '../evidence/backtest';
import { approveExpectation, proposeExpectation, rejectExpectation } from '../evidence/expectation-actions';
import { History, HistoryChoice, HistoryId } from '../evidence/history';
import { listHistories } from '../evidence/history-store';
import { backtestDetail, backtestsOfRelease } from '../evidence/store';
import { visiblePortfolios } from '../identity/authorize';
import { loadHistory } from '../risk/replay/replay-history-store';
import { procedure, router } from '../trpc/init';

const OneBacktest = z.object({ backtestId: z.uuid() });

export const evidenceRouter = router({
  ofRelease: procedure('read')
    .input(z.object({ releaseId: z.uuid() }))
    .output(z.array(BacktestView))
    .query(({ ctx, input }) => backtestsOfRelease(input.releaseId, visiblePortfolios(ctx.actor))),
  backtest: procedure('read')
    .input(OneBacktest)
    .output(BacktestDetail)
    .query(({ ctx, input }) => backtestDetail(input.backtestId, visiblePortfolios(ctx.actor))),
  histories: procedure('read')
    .input(z.object({ portfolioId: z.uuid() }))
    .output(z.array(HistoryChoice))
    .query(({ ctx, input }) => listHistories(input.portfolioId, visiblePortfolios(ctx.actor))),
  history: procedure('read')
    .input(z.object({ portfolioId: z.uuid(), id: HistoryId }))
    .output(History)
    .query(({ ctx, input }) => loadHistory(ctx.actor, input.portfolioId, input.id)),
  readAgain: procedure('evidence.import')
    .input(OneBacktest.extend({ choice: ReadingChoice, purpose: z.enum(PURPOSES) }))
    .output(z.object({ backtestIds: z.array(z.uuid()) }))
    .mutation(async ({ ctx, input }) => ({
      backtestIds: (await readAgain(ctx.actor, input)).backtests.map((one) => one.id),
    })),
  propose: procedure('baseline.approve')
    .input(OneBacktest)
    .output(z.void())
    .mutation(({ ctx, input }) => proposeExpectation(ctx.actor, input)),
  approve: procedure('baseline.approve')
    .input(OneBacktest.extend({ stepUp: z.string() }))
    .output(z.object({ approved: z.boolean(), missing: z.number() }))
    .mutation(({ ctx, input }) => approveExpectation(ctx.actor, input)),
  reject: procedure('baseline.approve')
    .input(OneBacktest.extend({ reason: z.string().trim().min(3, 'Say why, so that it can be answered.').max(1000) }))
    .output(z.void())
    .mutation(({ ctx, input }) => rejectExpectation(ctx.actor, input)),
});
