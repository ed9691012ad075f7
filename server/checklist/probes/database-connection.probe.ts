import 'server-only';
import { z } from 'zod';
import { defineProbe } from '../probe';
import { ownConnection } from './installation-store';

/** The product's own connection to its database is encrypted, or never leaves the machine. */
export const databaseConnectionProbe = defineProbe({
  kind: 'database-connection',
  label: 'Encryption of the database connection',
  params: z.object({}),
  everySeconds: 120,
  timeoutMs: 5_000,
  check: async () => {
    const { ssl, version, cipher, isLocal } = await ownConnection();
    const measurement = { ssl, version, cipher, isLocal };
    if (ssl) return { verdict: 'good', summary: `${version ?? 'TLS'}`, measurement };
    if (isLocal) return { verdict: 'good', summary: 'On this machine only', measurement };
    return { verdict: 'bad', summary: 'The connection to the database is not encrypted', measurement };
  },
});
