import { join } from 'node:path';
import { runUntilSignal } from './command';
import { livePlan } from './live-plan';
import { startStack } from './stack';

const plan = livePlan();

await runUntilSignal(
  () => startStack(plan),
  async ({ settings }) => {
    console.log(`\nGoing Live is at ${settings.appUrl}`);
    console.log(`Secrets of this machine are in ${join(plan.dataFolder, 'secrets.json')}; stop with Ctrl-C.\n`);
  },
);
