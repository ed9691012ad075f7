import { createKey } from '@/server/identity/api-key-actions';
import { job, type KeyActor } from '@/server/kernel/actor';

const KEY_DAYS = 300;
const NAME = 'Deployment machine';
const SCOPES = ['runbook:write'] as const;

/** The machine that deploys and records runbook steps by its API key, so that no approver is an executor. */
export async function deploymentMachine(): Promise<KeyActor> {
  const expiresAt = new Date(Date.now() + KEY_DAYS * 86_400_000);
  const { id } = await createKey(job('demo-seed'), { name: NAME, scopes: [...SCOPES], portfolioId: null, expiresAt });
  return { kind: 'key', keyId: id, name: NAME, scopes: [...SCOPES], portfolioId: null, engineId: null };
}
