import { type Entry, fromBuffer, type ZipFile } from 'yauzl';
import { DomainError } from '@/server/kernel/errors';
import {
  MAX_ARCHIVE_ENTRIES,
  MAX_ARCHIVE_EXPANDED_BYTES,
  MAX_ARCHIVE_RATIO,
  MAX_FILE_BYTES,
  refusedFile,
  shownName,
  tooLargeFile,
} from '../bounds';

export interface ArchivedFile {
  path: string;
  bytes: Buffer;
}

const READABLE = /\.(json|csv|txt)$/i;
const ENCRYPTED = 0x1;

/** Whether the bytes begin as a zip does; an empty archive counts. */
export const isZip = (bytes: Buffer): boolean =>
  bytes.length >= 4 &&
  bytes[0] === 0x50 &&
  bytes[1] === 0x4b &&
  (bytes[2] === 3 || bytes[2] === 5) &&
  (bytes[3] === 4 || bytes[3] === 6);

/**
 * The .json, .csv and .txt files of a zip, expanded in memory; nothing is ever written to a path the archive names.
 *
 * Refused: more than 500 entries, more than 150 MB expanded or 200:1 while expanding (what the entries claim is not
 * believed), absolute or climbing paths, encryption, a damaged or truncated directory.
 */
export async function readArchive(bytes: Buffer): Promise<ArchivedFile[]> {
  const zip = await openZip(bytes);
  if (zip.entryCount > MAX_ARCHIVE_ENTRIES) {
    throw refusedFile(
      `The zip holds ${zip.entryCount} entries; ${MAX_ARCHIVE_ENTRIES} are the most. Zip the result file alone.`,
    );
  }
  const files: ArchivedFile[] = [];
  let expandedBytes = 0;
  await new Promise<void>((resolve, reject) => {
    zip.on('error', (cause: Error) => reject(archiveRefusal(cause)));
    zip.on('end', resolve);
    zip.on('entry', (entry: Entry) => {
      readEntry(zip, entry, bytes.length, expandedBytes)
        .then((content) => {
          if (content) {
            expandedBytes += content.length;
            files.push({ path: entry.fileName, bytes: content });
          }
          zip.readEntry();
        })
        .catch((cause: Error) => reject(archiveRefusal(cause)));
    });
    zip.readEntry();
  });
  return files;
}

function openZip(bytes: Buffer): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true, validateEntrySizes: true, strictFileNames: true }, (cause, zip) =>
      cause ? reject(archiveRefusal(cause)) : resolve(zip),
    );
  });
}

async function readEntry(
  zip: ZipFile,
  entry: Entry,
  archiveBytes: number,
  expandedBefore: number,
): Promise<Buffer | null> {
  const path = shownName(entry.fileName);
  if (entry.fileName.split('/').includes('..'))
    throw refusedFile(`The zip names a path outside itself (${path}). It was refused.`);
  if (entry.fileName.endsWith('/') || !READABLE.test(entry.fileName)) return null;
  if (entry.generalPurposeBitFlag & ENCRYPTED)
    throw refusedFile(`${path} in the zip is encrypted. Zip it again without a password.`);
  if (entry.uncompressedSize > MAX_FILE_BYTES) {
    throw tooLargeFile(`${path} expands to ${megabytes(entry.uncompressedSize)} MB; 50 MB is the most for one file.`);
  }
  const stream = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    zip.openReadStream(entry, (cause, opened) => (cause ? reject(cause) : resolve(opened)));
  });
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of stream as AsyncIterable<Buffer>) {
    size += part.length;
    const expanded = expandedBefore + size;
    if (size > MAX_FILE_BYTES || expanded > MAX_ARCHIVE_EXPANDED_BYTES) {
      throw tooLargeFile(
        `The zip expands beyond ${megabytes(MAX_ARCHIVE_EXPANDED_BYTES)} MB (at ${path}). It was refused.`,
      );
    }
    if (size > 1024 * 1024 && expanded > MAX_ARCHIVE_RATIO * archiveBytes) {
      throw refusedFile(
        `The zip expands more than ${MAX_ARCHIVE_RATIO} times (at ${path}): it looks like a zip bomb. It was refused.`,
      );
    }
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}

const megabytes = (bytes: number): string => (bytes / 1024 / 1024).toFixed(0);

/** A refusal keeps its own words; what the reader library says becomes one of ours. */
function archiveRefusal(cause: Error): DomainError {
  if (cause instanceof DomainError) return cause;
  if (/absolute path|invalid relative path|invalid characters/i.test(cause.message)) {
    return refusedFile('The zip names a path outside itself. It was refused.', cause.message);
  }
  if (/too many bytes|not enough bytes|uncompressed size/i.test(cause.message)) {
    return refusedFile(
      'An entry of the zip is not as large as it claims. It was refused; zip the file again.',
      cause.message,
    );
  }
  return refusedFile('The zip is damaged or truncated and cannot be read. Export or copy it again.', cause.message);
}
