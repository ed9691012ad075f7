import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { closeDatabase, db } from '@/db/client';
import { apiKeys } from '@/db/schema';
import { PaperCredentials } from '@/server/engines/paper/options';
import { revokeKey } from '@/server/identity/api-key-actions';
import { prefixOfKey } from '@/server/identity/api-key-format';
import { PAPER_ENGINES } from '@/server/run/companions';
import { signInPeople } from './demo-people';
import { createEngineKey, ENGINE_SCOPES } from './engine-key';

/** A demo from before its engines asked the pre-trade check: each key that may not ask is replaced by one that may. */
const { admin } = await signInPeople();
for (const name of Object.values(PAPER_ENGINES)) {
  const file = join(process.env.GOING_LIVE_DATA!, name);
  if (!existsSync(file)) continue;
  const credentials = PaperCredentials.parse(JSON.parse(readFileSync(file, 'utf8')));
  const prefix = prefixOfKey(credentials.PAPER_ENGINE_KEY ?? '') ?? '';
  const [old] = await db.select().from(apiKeys).where(eq(apiKeys.prefix, prefix));
  if (!old || old.revokedAt || ENGINE_SCOPES.every((scope) => old.scopes.includes(scope))) continue;
  const PAPER_ENGINE_KEY = await createEngineKey(old);
  writeFileSync(file, `${JSON.stringify({ ...credentials, PAPER_ENGINE_KEY }, null, 2)}\n`, { mode: 0o600 });
  await revokeKey(admin, { id: old.id });
}
await closeDatabase();
