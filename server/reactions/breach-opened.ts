import 'server-only';
import { reactToBreach } from '../launch/breach-actions';
import type { Reaction } from './reaction';
import { SUBSCRIPTIONS } from './subscriptions';

/** A hard breach of a strategy holds its launch or takes it back a tranche. */
export const breachOpened: Reaction = {
  name: 'breach-opened',
  types: [...SUBSCRIPTIONS['breach-opened']],
  run: async (event) => {
    if (event.data.tier === 'hard') await reactToBreach(event.subject.id);
  },
};
