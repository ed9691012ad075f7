import { contentHash } from '../../audit/canonical';

/** What people who approve a version are shown and sign. */
export const limitContent = (row: {
  scope: string;
  scopeId: string;
  version: number;
  limits: unknown;
  expiresAt: Date | null;
}): string =>
  contentHash({
    scope: row.scope,
    scopeId: row.scopeId,
    version: row.version,
    limits: row.limits,
    expiresAt: row.expiresAt?.toISOString() ?? null,
  });
