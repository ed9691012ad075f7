import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from './embedded-postgres.mjs';
import { RefusedStart } from './refused-start';

const CompanionPorts = z.object({
  smtp: z.number(),
  inbox: z.number(),
  tls: z.number(),
  indexEngine: z.number(),
  trendEngine: z.number(),
});
export type CompanionPorts = z.infer<typeof CompanionPorts>;

const WISHES: CompanionPorts = { smtp: 4425, inbox: 4426, tls: 4443, indexEngine: 4455, trendEngine: 4456 };

const LABELS: Record<keyof CompanionPorts, string> = {
  smtp: 'mail server',
  inbox: 'webhook receiver',
  tls: 'TLS listener',
  indexEngine: 'paper engine',
  trendEngine: 'second paper engine',
};

/** Ports of the companions, chosen once per data folder: channels and engines are registered by address. */
export async function companionPorts(dataFolder: string): Promise<CompanionPorts> {
  const file = join(dataFolder, 'ports.json');
  if (existsSync(file)) return CompanionPorts.parse(JSON.parse(readFileSync(file, 'utf8')));
  const chosen = await Promise.all(
    Object.entries(WISHES).map(async ([name, port]) => [name, (await isFree(port)) ? port : await freePort()]),
  );
  const ports = CompanionPorts.parse(Object.fromEntries(chosen));
  writeFileSync(file, `${JSON.stringify(ports)}\n`);
  return ports;
}

/** The same before they are opened. Throws `RefusedStart` when another program has taken one meanwhile. */
export async function requireCompanionPorts(dataFolder: string): Promise<CompanionPorts> {
  const ports = await companionPorts(dataFolder);
  for (const [name, port] of Object.entries(ports)) {
    if (await isFree(port)) continue;
    throw new RefusedStart(
      `Port ${port}, which the ${LABELS[name as keyof CompanionPorts]} of ${dataFolder} uses, is taken by another program: stop it, or remove ${dataFolder} and begin anew.`,
    );
  }
  return ports;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const probe = createServer();
    probe.once('error', () => settle(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => settle(true)));
  });
}
