import type { Urgency } from './routing';

/** How many messages one channel gets in a window before the rest is told in one summary. */
export const STORM = { windowSeconds: 300, ordinary: 20, critical: 40 } as const;

/**
 * Does a further message to a channel go out by itself, or is it told in the window's summary?
 * `queuedInWindow` counts what this channel was sent in the last `STORM.windowSeconds`. An emergency always goes out;
 * critical alerts have room of their own, so that a flood of lesser ones cannot hide them.
 */
export function stormVerdict(urgency: Urgency, queuedInWindow: number): 'send' | 'fold' {
  if (urgency === 'emergency') return 'send';
  return queuedInWindow < (urgency === 'critical' ? STORM.critical : STORM.ordinary) ? 'send' : 'fold';
}

/** The window that an instant falls in, as the UTC instant at which the window ends: when its summary is due. */
export function stormWindowEnd(at: Date): Date {
  const widthMs = STORM.windowSeconds * 1000;
  return new Date((Math.floor(at.getTime() / widthMs) + 1) * widthMs);
}
