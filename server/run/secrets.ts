import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { RefusedStart } from './refused-start';

const LocalSecrets = z.object({
  clusterPassword: z.string().min(16),
  ownerPassword: z.string().min(16),
  appPassword: z.string().min(16),
  authSecret: z.string().min(32),
  /** `id:base64` of 32 bytes; several separated by commas while rotating, the first seals. */
  secretsKeys: z.string().min(40),
  cronSecret: z.string().min(32),
  metricsToken: z.string().min(32),
});
export type LocalSecrets = z.infer<typeof LocalSecrets>;

const text = (bytes: number) => randomBytes(bytes).toString('base64url');

/** New random secrets of every kind. */
export const freshSecrets = (): LocalSecrets => ({
  clusterPassword: text(24),
  ownerPassword: text(24),
  appPassword: text(24),
  authSecret: text(48),
  secretsKeys: `local1:${randomBytes(32).toString('base64')}`,
  cronSecret: text(32),
  metricsToken: text(32),
});

/** Makes the data folder and proves that it can be written; throws `RefusedStart` with the reason otherwise. */
export function openDataFolder(folder: string): void {
  const probe = join(folder, `.probe-${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(probe, 'x');
    rmSync(probe);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOSPC' ? 'the disk is full' : `it cannot be written (${code})`;
    throw new RefusedStart(`The data folder ${folder} is of no use, ${reason}: free or repair it, then start again.`);
  }
}

/** The secrets of local use: made once, readable by their owner alone, never printed. */
export function localSecrets(folder: string): LocalSecrets {
  const file = join(folder, 'secrets.json');
  if (!existsSync(file)) {
    const part = `${file}.${process.pid}`;
    writeFileSync(part, `${JSON.stringify(freshSecrets(), null, 2)}\n`, { mode: 0o600 });
    renameSync(part, file);
  }
  chmodSync(file, 0o600);
  try {
    return LocalSecrets.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    throw new RefusedStart(`${file} is damaged: restore it from your backup; without it the stored secrets are lost.`);
  }
}
