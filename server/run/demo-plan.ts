import { join } from 'node:path';
import { companions } from './companions';
import type { StackPlan } from './stack';

export const DEMO_FOLDER = join('.data', 'demo');

/** The demo's own cluster, mark and companions; its processes write into log files, so that the terminal stays readable. */
export function demoPlan(dataFolder: string): StackPlan {
  return {
    kind: 'demo',
    dataFolder,
    web: 'start',
    distFolder: '.next',
    logFolder: join(dataFolder, 'logs'),
    companions,
  };
}
