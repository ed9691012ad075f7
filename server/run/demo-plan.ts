import { join } from 'node:path';
import { companionEnvironment, companions } from './companions';
import { DEMO_FOLDER } from './demo-folder';
import type { StackPlan } from './stack';

/** The demo's own cluster, mark and companions; its processes write into log files, so that the terminal stays readable. */
export const demoPlan = (): StackPlan => ({
  kind: 'demo',
  dataFolder: DEMO_FOLDER,
  web: 'start',
  distFolder: '.next',
  logFolder: join(DEMO_FOLDER, 'logs'),
  environment: companionEnvironment,
  companions,
});
