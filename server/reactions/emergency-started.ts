import 'server-only';
import { holdForEmergency } from '../launch/emergency-actions';
import type { Reaction } from './reaction';
import { SUBSCRIPTIONS } from './subscriptions';

/** A real emergency holds the launches of its scope until a person releases them; a drill holds none. */
export const emergencyStarted: Reaction = {
  name: 'emergency-started',
  types: [...SUBSCRIPTIONS['emergency-started']],
  run: async (event) => {
    if (event.data.isDrill !== true) await holdForEmergency(event.subject.id);
  },
};
