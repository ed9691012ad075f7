/** What holding does over time. Pure: times are given, nothing is measured here. */
export type Hold = { phase: 'rest' } | { phase: 'holding'; startedAt: number } | { phase: 'sent' };

export type HoldEvent =
  | { kind: 'press'; at: number; pointers: number }
  | { kind: 'let-go' }
  | { kind: 'full' }
  | { kind: 'refused' };

/**
 * Next state of a hold. A second finger, letting go, leaving or losing focus cancels; full fires once and the button is
 * dead until the request was refused.
 */
export function nextHold(hold: Hold, event: HoldEvent): Hold {
  if (hold.phase === 'sent') return event.kind === 'refused' ? { phase: 'rest' } : hold;
  switch (event.kind) {
    case 'press':
      if (event.pointers > 1) return { phase: 'rest' };
      return hold.phase === 'holding' ? hold : { phase: 'holding', startedAt: event.at };
    case 'let-go':
    case 'refused':
      return { phase: 'rest' };
    case 'full':
      return hold.phase === 'holding' ? { phase: 'sent' } : hold;
  }
}

/** Share of the hold that is done, 0-1; in six steps where motion is to be reduced. */
export function holdShare(elapsedMs: number, holdMs: number, reducedMotion: boolean): number {
  const share = Math.min(1, Math.max(0, elapsedMs / holdMs));
  return reducedMotion ? Math.floor(share * 6) / 6 : share;
}
