import { sha256Hex } from '@/server/audit/canonical';
import type { ErrorKind } from '@/server/kernel/errors';
import { type EvidenceReport, reportOf } from '../evidence-report';
import { type PackedSeries, packSeries } from '../packed-series';
import { storedSeriesOf } from '../stored-series';
import { type ImportRequest, importEvidence } from './detect';

/** All that is kept of a file besides its bytes: their digest, its report, the series of each strategy in that order. Plain data. */
export interface EvidenceReading extends EvidenceReport {
  /** Lower-case hex. */
  sha256: string;
  series: PackedSeries[];
}

/** The reading, or the file's problem as a `DomainError` carries it. */
export type ReadingAnswer =
  | { reading: EvidenceReading }
  | { refusal: { code: string; message: string; kind: ErrorKind; detail?: string; data?: Record<string, unknown> } };

/** Reads a file whole and computes what is kept of it: seconds of work for a large one. Throws as `importEvidence`. */
export async function readEvidence(request: ImportRequest): Promise<EvidenceReading> {
  const imported = await importEvidence(request);
  const { format, guess, warnings, strategies } = imported;
  return {
    ...reportOf(imported),
    file: { format, guess, warnings },
    sha256: sha256Hex(request.bytes),
    series: strategies.map((strategy) => packSeries(storedSeriesOf(strategy))),
  };
}
