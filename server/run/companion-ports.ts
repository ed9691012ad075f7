import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';
import { freePort } from './embedded-postgres.mjs';

const CompanionPorts = z.object({
  smtp: z.number(),
  inbox: z.number(),
  tls: z.number(),
  indexEngine: z.number(),
  trendEngine: z.number(),
});
export type CompanionPorts = z.infer<typeof CompanionPorts>;

const WISHES: CompanionPorts = { smtp: 4425, inbox: 4426, tls: 4443, indexEngine: 4455, trendEngine: 4456 };

/** Ports of the companions, chosen once per data folder: engines are registered by address, so theirs must stay. */
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

function isFree(port: number): Promise<boolean> {
  return new Promise((settle) => {
    const probe = createServer();
    probe.once('error', () => settle(false));
    probe.listen({ port, host: '127.0.0.1', exclusive: true }, () => probe.close(() => settle(true)));
  });
}
