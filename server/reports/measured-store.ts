import 'server-only';
import { db } from '@/db/client';
import type { Tx } from '../kernel/transaction';
import { findMinutes } from '../monitoring/store';
import type { Measured } from './baseline';
import { epochMinute } from './series';
import type { LaunchSubject } from './store';

/** Minutes of a launch by metric: its portfolio's, its strategy's (by id or the engine's name) and its own. */
export async function measuredIn(
  launch: LaunchSubject,
  from: Date,
  to: Date,
  reader: Tx | typeof db = db,
): Promise<Record<string, Measured>> {
  const subjects = ['', launch.strategyId, launch.strategyRef, launch.launchId];
  const rows = await findMinutes({ portfolioId: launch.portfolioId, subjects, from, to }, reader);
  const measured: Record<string, Measured> = {};
  for (const { metric, minute, value, samples } of rows) {
    measured[metric] ??= { minutes: [], values: [], samples: 0 };
    measured[metric].minutes.push(epochMinute(minute));
    measured[metric].values.push(value);
    measured[metric].samples += samples;
  }
  return measured;
}
