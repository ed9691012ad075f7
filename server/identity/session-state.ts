import { LOCK_AFTER_MS, ROTATION_GRACE_MS } from './session-cookie';
import { sameText } from './tokens';

export type SessionRow = {
  tokenHash: string;
  previousTokenHash: string | null;
  rotatedAt: Date | null;
  lastInputAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
};

export type SessionState = 'live' | 'locked' | 'ended';

/**
 * What a request with this token may be: live, locked after half an hour without a person's input, or ended.
 * The token before the last rotation counts for a short grace, then never again.
 */
export function sessionState(row: SessionRow, presentedHash: string, now: Date): SessionState {
  if (row.revokedAt || row.expiresAt <= now) return 'ended';
  const inGrace = row.rotatedAt !== null && now.getTime() - row.rotatedAt.getTime() <= ROTATION_GRACE_MS;
  const fits =
    sameText(row.tokenHash, presentedHash) ||
    (inGrace && row.previousTokenHash !== null && sameText(row.previousTokenHash, presentedHash));
  if (!fits) return 'ended';
  return now.getTime() - row.lastInputAt.getTime() > LOCK_AFTER_MS ? 'locked' : 'live';
}
