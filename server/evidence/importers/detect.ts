import { isUtf8 } from 'node:buffer';
import { MAX_FILE_BYTES, refusedFile, shownName, tooLargeFile } from '../bounds';
import type { ImportedFile, SeriesChoice } from '../model';
import { type ArchivedFile, isZip, readArchive } from './archive';
import { importFreqtrade, isFreqtrade } from './freqtrade';
import { isRecord, own, parseJsonDocument } from './json-document';
import { importLean, isLean } from './lean';
import { importTable } from './table-reading';

export interface ImportRequest {
  bytes: Buffer;
  /** Names a strategy that its file does not name; it never decides the format. */
  fileName: string;
  choice?: SeriesChoice;
  /** Strategies x days that a file may fill beyond what it holds; more is `TooManyDays`. */
  mostDays?: number;
}

/**
 * Reads one backtest file: Freqtrade (.json, .zip), LEAN, a prices or returns table, pyfolio positions or transactions.
 * The content decides which, never the extension. Throws a `DomainError` (`EVIDENCE_REFUSED`, `EVIDENCE_TOO_LARGE`)
 * that names the problem; nothing is written anywhere.
 */
export async function importEvidence({ bytes, fileName, choice = {}, mostDays }: ImportRequest): Promise<ImportedFile> {
  if (bytes.length > MAX_FILE_BYTES)
    throw tooLargeFile(`The file is larger than 50 MB, which is the most. Export without signals or orders.`);
  if (bytes.length === 0) throw refusedFile('The file is empty.');
  if (!isZip(bytes)) return importDocument(bytes, fileName, choice, mostDays);
  return importArchive(await readArchive(bytes), choice);
}

function importArchive(files: ArchivedFile[], choice: SeriesChoice): ImportedFile {
  // A Freqtrade zip holds the result beside its configuration and its strategies' parameters.
  const isSide = (path: string) => /(_config|\.meta)\.json$|(^|\/)\.|__MACOSX\//i.test(path);
  const read: ImportedFile[] = [];
  let refusal: unknown = null;
  for (const file of files.filter((candidate) => !isSide(candidate.path))) {
    try {
      read.push(importDocument(file.bytes, file.path, choice));
    } catch (cause) {
      refusal ??= cause;
    }
  }
  const [only] = read;
  if (read.length > 1) throw refusedFile(`The zip holds ${read.length} results. Upload them one by one.`);
  if (only) return only;
  if (refusal) throw refusal;
  throw refusedFile('The zip holds no result (.json or .csv).');
}

function importDocument(bytes: Buffer, fileName: string, choice: SeriesChoice, mostDays?: number): ImportedFile {
  const name = baseName(fileName);
  const text = textOfBytes(bytes);
  if (!/^\s*[{[]/.test(text)) return importTable(text, name, choice);
  const document = parseJsonDocument(text);
  if (isFreqtrade(document)) return importFreqtrade(document, mostDays);
  if (isLean(document)) return importLean(document, name);
  const strategies = own(document, 'strategy');
  if (isRecord(strategies))
    throw refusedFile('The Freqtrade result has no strategy with a list of trades. Export with --export trades.');
  throw refusedFile(
    'The JSON is neither a Freqtrade nor a LEAN result. Freqtrade has "strategy", LEAN has "Charts" and "Statistics".',
  );
}

function textOfBytes(bytes: Buffer): string {
  if (bytes.length >= 2 && ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff))) {
    throw refusedFile('The file is UTF-16 text. Save it as UTF-8.');
  }
  if (bytes.includes(0) || !isUtf8(bytes)) {
    throw refusedFile(
      'The file is no text: a Freqtrade, LEAN, prices or returns file was expected (.json, .zip, .csv).',
    );
  }
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') throw refusedFile('The file is empty.');
  return text;
}

function baseName(fileName: string): string {
  const last = fileName.split(/[\\/]/).pop() ?? '';
  return shownName(last.replace(/\.(json|csv|txt|zip)$/i, '')) || 'strategy';
}
