import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { PaperState } from './state';

/** Replaces the file with this state, on disk before it returns: written beside, synced, renamed, folder synced. */
export function saveState(file: string, state: PaperState): void {
  const part = `${file}.part`;
  const handle = openSync(part, 'w', 0o600);
  try {
    writeSync(handle, JSON.stringify(state));
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(part, file);
  syncFolder(dirname(file));
}

function syncFolder(folder: string): void {
  // Windows cannot open a folder; its rename is durable by itself.
  if (process.platform === 'win32') return;
  const handle = openSync(folder, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The state as last saved, or null on the first start. A damaged file is an error: positions are never guessed. */
export function loadState(file: string): PaperState | null {
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file)) return null;
  const parsed = PaperState.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  if (!parsed.success)
    throw new Error(
      `${file} is damaged or from another version: restore it, or move it away to open a new paper account.`,
    );
  return parsed.data;
}
