import { createKey } from '@/server/identity/api-key-actions';
import type { KeyScope } from '@/server/identity/key-scopes';
import { job } from '@/server/kernel/actor';

/** What an engine does with its key: it pushes what it sees, and asks before it sends an order. */
export const ENGINE_SCOPES: KeyScope[] = ['snapshots:write', 'metrics:write', 'orders:check'];
const KEY_DAYS = 300;
const DAY_MS = 86_400_000;

/** A new API key for an engine of the demo, for its own orders only; its text is shown this once. */
export async function createEngineKey(wish: {
  name: string;
  portfolioId: string | null;
  engineId: string | null;
}): Promise<string> {
  const expiresAt = new Date(Date.now() + KEY_DAYS * DAY_MS);
  const { name, portfolioId, engineId } = wish;
  const what = { name, portfolioId, engineId, scopes: ENGINE_SCOPES, expiresAt };
  const { key } = await createKey(job('demo-seed'), what);
  return key;
}
