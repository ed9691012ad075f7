import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChildEnvironment } from './child-environment';
import { requireCompanionPorts } from './companion-ports';
import { demoCertificates } from './demo-tls';
import { entrySpec } from './entry-spec';
import type { ChildSpec } from './supervisor';

/** What every process of demo and tests must know of the stand-ins for the outside world. */
export async function companionEnvironment(dataFolder: string): Promise<Record<string, string>> {
  const ports = await requireCompanionPorts(dataFolder);
  return {
    GOING_LIVE_SMTP_PORT: String(ports.smtp),
    GOING_LIVE_INBOX_PORT: String(ports.inbox),
    GOING_LIVE_TLS_PORT: String(ports.tls),
    PROBE_CA_FILE: demoCertificates(dataFolder, new Date()).rootFile,
  };
}

/** The mail server with its webhook receiver, and the TLS listener. */
export const companions = (env: ChildEnvironment): ChildSpec[] => [
  entrySpec('inbox', env),
  entrySpec('tls-listener', env),
];

/** Files in which the demo's seed writes how each paper engine signs in, by the name of its process. */
export const PAPER_ENGINES = { 'paper-engine': 'paper-engine.json', 'paper-engine-trend': 'paper-engine-trend.json' };

/** The paper engines that are registered; none before the seed has done so. */
export function paperEngines(env: ChildEnvironment, dataFolder: string): ChildSpec[] {
  return Object.entries(PAPER_ENGINES).flatMap(([name, file]) => {
    const path = join(dataFolder, file);
    if (!existsSync(path)) return [];
    const credentials = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
    return [{ ...entrySpec('paper-engine', { ...env, ...credentials, GOING_LIVE_URL: env.APP_URL }), name }];
  });
}
