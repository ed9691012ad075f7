import 'server-only';
import { isNull } from 'drizzle-orm';
import { db } from '@/db/client';
import { apiKeys, passkeys, people } from '@/db/schema';

/** Enabled accounts, and whether each has a second factor. */
export async function secondFactors() {
  const [accounts, keys] = await Promise.all([
    db.select().from(people).where(isNull(people.disabledAt)),
    db.select({ personId: passkeys.personId }).from(passkeys).where(isNull(passkeys.removedAt)),
  ]);
  return accounts.map((one) => ({
    name: one.name,
    hasEnrolled: one.enrolledAt !== null,
    hasFactor: one.totpSecretBox !== null || keys.some((key) => key.personId === one.id),
  }));
}

/** API keys that were not revoked, without anything secret. */
export const standingKeys = () =>
  db
    .select({
      name: apiKeys.name,
      scopes: apiKeys.scopes,
      createdAt: apiKeys.createdAt,
      expiresAt: apiKeys.expiresAt,
      lastUsedAt: apiKeys.lastUsedAt,
      approvedAt: apiKeys.approvedAt,
    })
    .from(apiKeys)
    .where(isNull(apiKeys.revokedAt));
