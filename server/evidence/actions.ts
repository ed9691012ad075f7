import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, actorRef } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish, type Tx } from '../kernel/transaction';
import { backtestDigest, type Purpose } from './backtest';
import { shownName } from './bounds';
import { fileStore, readFileWhole } from './file-store';
import type { EvidenceReading } from './importers/reading';
import { readElsewhere } from './importers/reading-elsewhere';
import type { SeriesChoice } from './model';
import { unpackSeries } from './packed-series';
import { backtestDetail, insertBacktest, lockRelease, releaseScope, standingReadings, supersede } from './store';
import { inUploadSlot } from './upload-slots';

export interface Imported {
  fileId: string;
  backtests: { id: string; name: string; digest: string }[];
  report: EvidenceReading;
}

/** Refused before a byte of the upload is read: a stranger's 50 MB cost nothing. */
export async function authorizeImport(actor: Actor, releaseId: string) {
  const scope = await releaseScope(releaseId);
  authorize(actor, 'evidence.import', {
    portfolioId: scope.portfolioId,
    ownerId: scope.ownerId,
    keyScope: 'evidence:write',
  });
  return scope;
}

/**
 * Imports a backtest file for a release: the file, and one backtest per strategy in it, or nothing.
 *
 * The same bytes read the same way again return what stands and change nothing. Throws `EVIDENCE_REFUSED` and
 * `EVIDENCE_TOO_LARGE` with the file's problem in words, NOT_FOUND, FORBIDDEN.
 */
export async function importBacktest(
  actor: Actor,
  input: { releaseId: string; fileName: string; bytes: Buffer; choice: SeriesChoice; purpose: Purpose },
): Promise<Imported> {
  const scope = await authorizeImport(actor, input.releaseId);
  const fileName = shownName(input.fileName.split(/[\\/]/).pop() ?? '') || 'backtest';
  const report = await readElsewhere({ bytes: input.bytes, fileName, choice: input.choice });
  const { sha256 } = report;
  return inTransaction(async (tx, now) => {
    const readings = readingsOf(report, { ...input, sha256, releaseDigest: scope.releaseDigest });
    await lockRelease(tx, scope.releaseId);
    const standing = await standingReadings(tx, scope.releaseId, sha256);
    const repeated = readings.map((reading) => standing.find((one) => one.digest === reading.digest));
    if (repeated.every((one) => one !== undefined)) {
      const backtests = readings.map(({ name, digest }, i) => ({ id: repeated[i]!.id, name, digest }));
      return { fileId: repeated[0]!.fileId, backtests, report };
    }
    const fileId = newId();
    const file = {
      id: fileId,
      portfolioId: scope.portfolioId,
      name: fileName,
      contentType: 'application/octet-stream',
      size: input.bytes.length,
      sha256,
      uploadedBy: actorRef(actor),
      uploadedAt: now,
    };
    await fileStore.write(tx, file, input.bytes);
    const backtests = await keepReadings(tx, actor, {
      ...scope,
      fileId,
      readings,
      standing,
      now,
      choice: input.choice,
      purpose: input.purpose,
      report,
    });
    return { fileId, backtests, report };
  });
}

/**
 * Reads the stored file of a backtest in another way; the reading before it is superseded unless it is the approved
 * expectation. Throws as `importBacktest`, and TOO_MANY while two files are being read; a way in which the file cannot be read changes nothing.
 */
export async function readAgain(
  actor: Actor,
  input: { backtestId: string; choice: SeriesChoice; purpose: Purpose },
): Promise<Imported> {
  const before = await backtestDetail(input.backtestId, null);
  const scope = await authorizeImport(actor, before.releaseId);
  const report = await inUploadSlot(async () => {
    const bytes = await readFileWhole(before.fileId);
    return readElsewhere({ bytes, fileName: before.fileName, choice: input.choice });
  });
  return inTransaction(async (tx, now) => {
    await lockRelease(tx, scope.releaseId);
    const standing = await standingReadings(tx, scope.releaseId, before.sha256);
    const readings = readingsOf(report, { ...input, sha256: before.sha256, releaseDigest: scope.releaseDigest });
    const repeated = readings.map((reading) => standing.find((one) => one.digest === reading.digest));
    if (repeated.every((one) => one !== undefined)) {
      return {
        fileId: before.fileId,
        backtests: readings.map(({ name, digest }, i) => ({ id: repeated[i]!.id, name, digest })),
        report,
      };
    }
    const backtests = await keepReadings(tx, actor, {
      ...scope,
      fileId: before.fileId,
      readings,
      standing,
      now,
      choice: input.choice,
      purpose: input.purpose,
      report,
    });
    return { fileId: before.fileId, backtests, report };
  });
}

type Reading = { name: string; digest: string; index: number };

function readingsOf(
  report: EvidenceReading,
  bound: { releaseDigest: string; sha256: string; choice: SeriesChoice; purpose: Purpose },
): Reading[] {
  return report.strategies.map((statistics, index) => ({
    index,
    name: statistics.name,
    digest: backtestDigest({
      releaseDigest: bound.releaseDigest,
      sha256: bound.sha256,
      purpose: bound.purpose,
      choice: bound.choice,
      format: report.file.format,
      nameInFile: statistics.name,
      statistics,
    }),
  }));
}

interface Keep {
  releaseId: string;
  strategyId: string;
  portfolioId: string;
  fileId: string;
  readings: Reading[];
  standing: Awaited<ReturnType<typeof standingReadings>>;
  report: EvidenceReading;
  choice: SeriesChoice;
  purpose: Purpose;
  now: Date;
}

async function keepReadings(tx: Tx, actor: Actor, keep: Keep): Promise<Imported['backtests']> {
  const { report, now } = keep;
  if (report.strategies.length === 0) throw notFound('A strategy in the file');
  const replaced = keep.standing
    .filter((one) => one.approvedAt === null || one.retiredAt !== null)
    .map((one) => one.id);
  if (replaced.length > 0) await supersede(tx, replaced, now);
  const kept: Imported['backtests'] = [];
  for (const { name, digest, index } of keep.readings) {
    const id = newId();
    await insertBacktest(tx, {
      id,
      fileId: keep.fileId,
      releaseId: keep.releaseId,
      strategyId: keep.strategyId,
      portfolioId: keep.portfolioId,
      purpose: keep.purpose,
      format: report.file.format,
      nameInFile: name,
      choice: keep.choice,
      guess: report.file.guess,
      statistics: report.strategies[index]!,
      series: unpackSeries(report.series[index]!),
      warnings: report.file.warnings.filter((warning) => warning.strategy === null || warning.strategy === name),
      digest,
      importedBy: actorRef(actor),
      importedByName: actor.name,
      importedAt: now,
    });
    kept.push({ id, name, digest });
  }
  recordEvent(tx, {
    type: 'evidence.imported',
    actor,
    subject: { kind: 'release', id: keep.releaseId },
    portfolioId: keep.portfolioId,
    data: {
      fileId: keep.fileId,
      format: report.file.format,
      purpose: keep.purpose,
      choice: keep.choice,
      backtests: kept,
      superseded: replaced,
      warnings: report.file.warnings.length,
    },
  });
  publish(tx, 'evidence');
  return kept;
}
