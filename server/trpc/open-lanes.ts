import 'server-only';
import { Lane } from '../kernel/lane';

const kept = globalThis as { __goingLiveOpenLanes?: { passwords: Lane; factors: Lane; links: Lane; others: Lane } };
kept.__goingLiveOpenLanes ??= {
  passwords: new Lane({
    running: 2,
    waiting: 30,
    ofOneOrigin: 8,
    refusal: 'Too many people are signing in at this moment. Try again in a few seconds; nothing was counted.',
  }),
  factors: new Lane({
    running: 2,
    waiting: 60,
    refusal: 'Too many people are signing in at this moment. Try again in a few seconds; nothing was counted.',
  }),
  links: new Lane({
    running: 2,
    waiting: 60,
    refusal: 'Too many links are opened at this moment. Try again in a few seconds.',
  }),
  others: new Lane({
    running: 3,
    waiting: 60,
    refusal: 'Too many requests of people who are not signed in. Try again in a few seconds.',
  }),
};

/**
 * What callers who are not signed in may take of one process: passwords cost a core and 19 MB each, everything else a
 * connection. Second factors and the links of alerts have lanes of their own: a flood of the rest keeps nobody from them. One address holds a quarter of what passwords have, so that a
 * flood from it leaves places. The sum stays well under the pool and the cores, so that a flood of sign-ins delays sign-ins only.
 */
export const openLanes = kept.__goingLiveOpenLanes;
