import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { MAX_FILE_BYTES } from '../evidence/bounds';
import { importEvidence } from '../evidence/importers/detect';
import type { ImportedFile, SeriesChoice } from '../evidence/model';
import { DomainError } from '../kernel/errors';
import { RefusedStart } from './refused-start';

/** A path as the person typed it: npm runs scripts from the project's folder and says where it was called in INIT_CWD. */
export const typedPath = (path: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), path);

/** Imports a file of this machine; a refusal is one sentence for the terminal. Nothing over 50 MB is read at all. */
export async function importFromDisk(path: string, choice: SeriesChoice): Promise<ImportedFile> {
  try {
    const { size } = await stat(typedPath(path));
    if (size > MAX_FILE_BYTES) throw new RefusedStart(`${path} is larger than 50 MB, which is the most.`);
    return await importEvidence({ bytes: await readFile(typedPath(path)), fileName: basename(path), choice });
  } catch (cause) {
    throw asRefusal(cause, path);
  }
}

/** What went wrong with a file as one sentence; a fault of ours stays what it is. */
export function asRefusal(cause: unknown, path: string): unknown {
  if (cause instanceof DomainError) return new RefusedStart(`${path}: ${cause.message}`);
  const code = (cause as NodeJS.ErrnoException).code;
  if (code === 'ENOENT') return new RefusedStart(`${path} does not exist.`);
  if (code === 'EISDIR') return new RefusedStart(`${path} is a folder; name a file.`);
  if (code === 'EACCES') return new RefusedStart(`${path} may not be read.`);
  return cause;
}
