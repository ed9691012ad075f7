import type { Change } from '../episodes';
import { partsOfKey } from '../limits';
import { type Response, type Rung, responseTo } from './response';

/** A rung that a change acts on. `isAgain`: it acted in this episode before. */
export type AskedResponse = { rung: Rung; response: Response; isAgain: boolean };

/**
 * What one change asks for. A rung asks for its response. A breach that comes back within 15 min is the same episode, at
 * once or by way of its soft tier, and proposes nothing anew; but what restricted trading was lifted when it cleared, and
 * is put on again. A rung that acts again restricts once more and may ask for an emergency once more. One that went past what
 * was accepted asks for all of it, as a new breach does.
 */
export function responsesOf(change: Change): AskedResponse[] {
  const { measure } = partsOfKey(change.key);
  if (change.kind === 'rung') {
    const response = responseTo(measure, change.rung);
    return change.isAgain
      ? [{ rung: change.rung, response: { ...response, proposal: null }, isAgain: true }]
      : [{ rung: change.rung, response, isAgain: false }];
  }
  return (change.again ?? []).flatMap((rung) => {
    if (change.isAnew) return [{ rung, response: responseTo(measure, rung), isAgain: true }];
    const { latch } = responseTo(measure, rung);
    return latch ? [{ rung, response: { latch, proposal: null, emergency: false }, isAgain: true }] : [];
  });
}
