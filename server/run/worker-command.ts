import { runUntilSignal } from './command';
import { livePlan } from './live-plan';
import { startStack } from './stack';

/** One more worker over the same database, for a host without a web process. */
await runUntilSignal(
  () => startStack({ ...livePlan(), web: 'none' }),
  async () => console.log('\nThe worker is at work; stop with Ctrl-C.\n'),
);
