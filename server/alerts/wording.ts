import { durationText, instantText } from '../kernel/format';
import type { Fact } from '../notifications/message';
import { LEVELS } from '../notifications/routing';
import { shortFingerprint } from './fingerprint';
import type { Occasion } from './lifecycle';

/** Why people are told now, as the message says it; nothing for the first time. */
export function occasionText(occasion: Occasion, level: number): string {
  switch (occasion) {
    case 'raised':
    case 'digest':
      return '';
    case 'severity-rose':
      return 'It got worse';
    case 'escalated':
      return `Escalated to ${LEVELS[level] ?? LEVELS[0]}: nobody acknowledged`;
    case 'repeated':
      return 'Repeated: nobody acknowledged';
    case 'acknowledgement-expired':
      return 'The acknowledgement ended and it is still open';
    case 'silence-expired':
      return 'The silence ended and it is still open';
  }
}

type Worded = {
  number: string;
  fingerprint: string;
  facts: unknown;
  firedAt: Date;
  seenCount: number;
};

/** The facts of an alert with since when and how often, in the zone of its portfolio. */
export function factsOf(alert: Worded, timeZone: string, now: Date): Record<string, string> {
  const since = instantText(alert.firedAt, timeZone, now);
  const lasting = now.getTime() - alert.firedAt.getTime();
  return {
    Alert: alert.number,
    ...Object.fromEntries(alert.facts as Fact[]),
    Since: lasting >= 1000 ? `${since}, ${durationText(lasting)} ago` : since,
    ...(alert.seenCount > 1 ? { Seen: `${alert.seenCount} times` } : {}),
    Fingerprint: shortFingerprint(alert.fingerprint),
  };
}

/** What to do next, in a sentence, when the one who raised it did not say. */
export const NEXT_STEP = 'Acknowledge it if you take it, then open it for what was done and what is left.';
