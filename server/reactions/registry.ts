import 'server-only';
import { breachEmergency } from './breach-emergency';
import { breachOpened } from './breach-opened';
import { channelLost } from './channel-lost';
import { emergencyStarted } from './emergency-started';
import type { Reaction } from './reaction';

/** Every effect that reaches upward, one file each. */
export const REACTIONS: Reaction[] = [breachEmergency, breachOpened, channelLost, emergencyStarted];
