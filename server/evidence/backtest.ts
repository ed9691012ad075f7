import { z } from 'zod';
import { contentHash } from '../audit/canonical';
import { type ImportWarning, type SeriesChoice, type SeriesGuess, TABLE_KINDS } from './model';
import type { StrategyStatistics } from './statistics/strategy-statistics';
import type { StoredSeries } from './stored-series';

export const PURPOSES = ['in-sample', 'out-of-sample', 'walk-forward'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** How a reader wants a table read, where it is not as guessed. */
export const ReadingChoice = z.object({
  kind: z.enum(TABLE_KINDS).optional(),
  unit: z.enum(['fraction', 'percent']).optional(),
  scale: z.number().positive().max(1e12).optional(),
  column: z.string().max(200).optional(),
}) satisfies z.ZodType<SeriesChoice>;

/** An upload's place and its reading, as a machine or the page names them in the address. */
export const ImportRequestQuery = z.object({
  release: z.uuid('Name the release: ?release=<its id>.'),
  name: z.string().trim().min(1).max(200).default('backtest'),
  purpose: z.enum(PURPOSES).default('in-sample'),
  kind: ReadingChoice.shape.kind,
  unit: ReadingChoice.shape.unit,
  scale: z.coerce.number().positive().max(1e12).optional(),
  column: ReadingChoice.shape.column,
});

export const Approval = z.object({ personId: z.uuid(), name: z.string(), approvedAt: z.date(), isBound: z.boolean() });

export const BacktestView = z.object({
  id: z.uuid(),
  fileId: z.uuid(),
  fileName: z.string(),
  fileSize: z.number(),
  sha256: z.string(),
  releaseId: z.uuid(),
  purpose: z.enum(PURPOSES),
  format: z.string(),
  nameInFile: z.string(),
  choice: ReadingChoice,
  guess: z.custom<SeriesGuess>().nullable(),
  statistics: z.custom<StrategyStatistics>(),
  warnings: z.custom<ImportWarning[]>(),
  digest: z.string(),
  importedBy: z.string(),
  importedByName: z.string(),
  importedAt: z.date(),
  standing: z.enum(['evidence', 'proposed', 'rejected', 'expectation', 'retired']),
  rejectionReason: z.string().nullable(),
  approvedAt: z.date().nullable(),
  approvals: z.array(Approval),
});
export type BacktestView = z.infer<typeof BacktestView>;

export const BacktestDetail = BacktestView.extend({ series: z.custom<StoredSeries>() });
export type BacktestDetail = z.infer<typeof BacktestDetail>;

/**
 * What an approval or a signature on a backtest binds to: the release, the bytes of the file, how they were read and
 * what came out. SHA-256 over the RFC 8785 text, lower-case hex.
 */
export const backtestDigest = (content: {
  releaseDigest: string;
  sha256: string;
  purpose: Purpose;
  format: string;
  choice: SeriesChoice;
  nameInFile: string;
  statistics: StrategyStatistics;
}): string => contentHash(content);
