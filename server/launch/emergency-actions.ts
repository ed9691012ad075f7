import 'server-only';
import { recordEvent } from '../audit/record';
import { findEmergency } from '../emergency/store';
import { authorize } from '../identity/authorize';
import { job } from '../kernel/actor';
import { inTransaction } from '../kernel/transaction';
import { aboutLaunch, publishLaunch } from './actions';
import { heldByEmergency, launchesInScope, lockLaunch, updateLaunch } from './store';

const EMERGENCY = job('emergency-started');

/**
 * Holds every open launch in the scope of a real emergency, until a risk officer or manager releases it; a drill holds
 * none. One that is held already keeps its reason. Answers an emergency once per launch, so that it may be asked again
 * after a crash without holding what was released since. Returns how many it held.
 */
export async function holdForEmergency(emergencyId: string): Promise<number> {
  const emergency = await findEmergency(emergencyId);
  if (!emergency || emergency.isDrill || emergency.resumedAt) return 0;
  return inTransaction(async (tx, now) => {
    authorize(EMERGENCY, 'launch.demote');
    let held = 0;
    const answered = await heldByEmergency(emergencyId, tx);
    for (const { id } of await launchesInScope(emergency, tx)) {
      const launch = await lockLaunch(tx, id);
      if (!launch || answered.has(id) || (launch.status !== 'open' && launch.status !== 'live')) continue;
      const reason = `Emergency ${emergency.number}: ${emergency.reason}`;
      await updateLaunch(tx, id, { status: 'held', heldAt: now, holdReason: reason, automaticPromotionHeld: true });
      recordEvent(tx, {
        type: 'launch.held',
        actor: EMERGENCY,
        ...aboutLaunch(launch),
        data: { number: launch.number, reason, emergencyId },
      });
      held += 1;
    }
    if (held > 0) publishLaunch(tx);
    return held;
  });
}
