import type { StackPlan } from './stack';

/** Real use: nothing stands in for the outside world. */
export const livePlan = (): StackPlan => ({
  kind: 'live',
  dataFolder: process.env.GOING_LIVE_DATA ?? '.data',
  web: 'start',
  distFolder: '.next',
  companions: () => [],
});
