import { runUntilSignal } from './command';
import { demoPlan } from './demo-plan';
import { demoSignIns } from './demo-sign-ins';
import { resetPartialDemo, seedDemo } from './demo-workspace';
import { startStack } from './stack';
import { whatToTry } from './what-to-try';

const plan = demoPlan();

await runUntilSignal(
  () => startStack({ ...plan, beforeMigrations: resetPartialDemo, afterStart: seedDemo }),
  async ({ settings }) => {
    console.log(`\nGoing Live, the demo, is at ${settings.appUrl}\n`);
    console.log(demoSignIns(plan.dataFolder, new Date()));
    console.log(whatToTry(settings.appUrl));
    console.log('\n  Stop with Ctrl-C; it goes on where it was when started again.\n');
  },
);
