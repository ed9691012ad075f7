import 'server-only';
import { z } from 'zod';
import { defineProbe } from '@/server/checklist/probe';
import { metricsVerdict, outOfSampleVerdict, spanVerdict, walkForwardVerdict } from '../probe-verdicts';
import { standingBacktests } from '../store';

const EVERY_SECONDS = 3600;
const TIMEOUT_MS = 10_000;
const none = z.object({});

/** The imported backtests of the release cover the years that are asked for. */
export const backtestSpanProbe = defineProbe({
  kind: 'backtest-span',
  label: 'Span of the imported backtests',
  params: z.object({ minimumYears: z.number().positive().max(50).default(2) }),
  everySeconds: EVERY_SECONDS,
  timeoutMs: TIMEOUT_MS,
  check: async ({ minimumYears }, { releaseId }) => spanVerdict(await standingBacktests(releaseId), minimumYears),
});

/** Drawdown, worst day and edge of the imported backtests against the limits. */
export const backtestMetricsProbe = defineProbe({
  kind: 'backtest-metrics',
  label: 'Risk metrics of the imported backtests',
  params: none,
  everySeconds: EVERY_SECONDS,
  timeoutMs: TIMEOUT_MS,
  check: async (_, { releaseId }) => metricsVerdict(await standingBacktests(releaseId)),
});

/** An out-of-sample result after the in-sample one. */
export const outOfSampleProbe = defineProbe({
  kind: 'backtest-out-of-sample',
  label: 'Out-of-sample after in-sample, without overlap',
  params: none,
  everySeconds: EVERY_SECONDS,
  timeoutMs: TIMEOUT_MS,
  check: async (_, { releaseId }) => outOfSampleVerdict(await standingBacktests(releaseId)),
});

/** Walk-forward folds one after the other. */
export const walkForwardProbe = defineProbe({
  kind: 'backtest-walk-forward',
  label: 'Walk-forward folds',
  params: z.object({ minimumFolds: z.number().int().min(2).max(100).default(3) }),
  everySeconds: EVERY_SECONDS,
  timeoutMs: TIMEOUT_MS,
  check: async ({ minimumFolds }, { releaseId }) =>
    walkForwardVerdict(await standingBacktests(releaseId), minimumFolds),
});
