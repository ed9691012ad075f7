import { runUntilSignal } from './command';
import { DEMO_FOLDER, demoPlan } from './demo-plan';
import { startStack } from './stack';

const isDemo = process.argv.includes('--demo');
const dataFolder = process.env.GOING_LIVE_DATA ?? (isDemo ? DEMO_FOLDER : '.data');

await runUntilSignal(
  () =>
    startStack(
      isDemo
        ? { ...demoPlan(dataFolder), web: 'dev' }
        : { kind: 'live', dataFolder, web: 'dev', distFolder: '.next', companions: () => [] },
    ),
  async ({ settings }) => console.log(`\nGoing Live (as edited) is at ${settings.appUrl}; stop with Ctrl-C.\n`),
);
