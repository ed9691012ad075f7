import { join } from 'node:path';
import { runUntilSignal } from './command';
import { startStack } from './stack';

const dataFolder = process.env.GOING_LIVE_DATA ?? '.data';

await runUntilSignal(
  () => startStack({ kind: 'live', dataFolder, web: 'start', distFolder: '.next', companions: () => [] }),
  async ({ settings }) => {
    console.log(`\nGoing Live is at ${settings.appUrl}`);
    console.log(`Secrets of this machine are in ${join(dataFolder, 'secrets.json')}; stop with Ctrl-C.\n`);
  },
);
