import { runUntilSignal } from './command';
import { demoPlan } from './demo-plan';
import { livePlan } from './live-plan';
import { startStack } from './stack';

/** `npm run dev` works over the database of `npm start`, `npm run dev -- --demo` over the demo's. */
const plan = process.argv.includes('--demo') ? demoPlan() : livePlan();

await runUntilSignal(
  () => startStack({ ...plan, web: 'dev' }),
  async ({ settings }) => console.log(`\nGoing Live (as edited) is at ${settings.appUrl}; stop with Ctrl-C.\n`),
);
