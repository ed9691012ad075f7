import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type DemoCertificates, makeDemoCertificates } from './demo-certificates';

const DAYS = 300;
const RENEW_DAYS_BEFORE = 60;
const DAY_MS = 86_400_000;

/** The demo's certificates, made once and made anew well before they end; `rootFile` is what clients trust. */
export function demoCertificates(dataFolder: string, now: Date): DemoCertificates & { rootFile: string } {
  const file = join(dataFolder, 'tls.json');
  const rootFile = join(dataFolder, 'tls-root.pem');
  const kept = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as DemoCertificates) : null;
  const isGood = kept && new Date(kept.until).getTime() - now.getTime() > RENEW_DAYS_BEFORE * DAY_MS;
  const certificates = isGood ? kept : makeDemoCertificates(now, DAYS);
  if (!isGood) {
    writeFileSync(file, JSON.stringify(certificates), { mode: 0o600 });
    writeFileSync(rootFile, certificates.root);
  }
  return { ...certificates, rootFile };
}
