import 'server-only';
import { forgetSeen } from '../engines/store';
import { forgetChallenges } from '../identity/factor-store';
import { forgetStepUps } from '../identity/step-up-store';
import { forgetIdleThrottles } from '../identity/throttle-store';
import { forgetTickets } from '../identity/ticket-store';
import { forgetRuns } from './store';

const DAY_MS = 86_400_000;

/** Removes rows that can have no effect any more, by the real clock; says how many of each. */
export async function cleanUp(at: Date): Promise<Record<string, number>> {
  const yesterday = new Date(at.getTime() - DAY_MS);
  const [tickets, challenges, attempts, stepUps, messages, runs] = await Promise.all([
    forgetTickets(yesterday),
    forgetChallenges(yesterday),
    forgetIdleThrottles(yesterday),
    forgetStepUps(yesterday),
    forgetSeen(yesterday),
    forgetRuns(7),
  ]);
  return { tickets, challenges, attempts, stepUps, messages, runs };
}
