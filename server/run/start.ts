import { join } from 'node:path';
import { runUntilSignal } from './command';
import { hasPeople } from './database-mark';
import { livePlan } from './live-plan';
import { startStack } from './stack';

const plan = livePlan();

await runUntilSignal(
  () => startStack(plan),
  async ({ settings, ownerUrl }) => {
    const isNew = !(await hasPeople(ownerUrl));
    console.log(`\nGoing Live is at ${settings.appUrl}${isNew ? '/setup: create its first admin there' : ''}`);
    console.log(`Secrets of this machine are in ${join(plan.dataFolder, 'secrets.json')}; stop with Ctrl-C.\n`);
  },
);
