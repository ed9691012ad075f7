import { contentHash } from '../../audit/canonical';
import type { Latch } from '../../trading-state/latch';

/** Hash of what a person who lifts a latch is shown and signs: any change of it voids the signature. */
export const liftContent = (
  latch: Pick<Latch, 'id' | 'state' | 'scope' | 'cause' | 'reason'> & { correctedData?: string | null },
  falseAlarm: boolean,
): string =>
  contentHash({
    latch: latch.id,
    state: latch.state,
    scope: latch.scope,
    cause: latch.cause,
    reason: latch.reason,
    falseAlarm,
    ...(falseAlarm ? { correctedData: latch.correctedData ?? null } : {}),
  });
