import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A new folder that PostgreSQL's own user can pass through: those of mkdtemp are closed to everybody else. */
export function temporaryFolder(purpose: string): string {
  const folder = mkdtempSync(join(tmpdir(), `going-live-${purpose}-`));
  chmodSync(folder, 0o755);
  return folder;
}
