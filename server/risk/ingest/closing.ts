import type { RiskState } from '../state';
import type { LoadedContext } from './context-store';

/** What the close of a day is kept with. */
export type Closing = { loaded: LoadedContext; source: 'live' | 'history'; now: Date; state: RiskState };
