import type { Replay } from '@/server/risk/replay/replay';
import type { ReplayHalt } from '@/server/risk/replay/replay-halts';

/** What one limit set would have done over the chosen history; `until` are the ends of its temporary overrides. */
export type Outcome = { name: 'A' | 'B'; result: Replay; halts: ReplayHalt[]; until: Record<string, string> };
