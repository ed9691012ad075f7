import { RefusedStart } from './refused-start';
import type { Stack } from './stack';

/** Runs a command to its end: a refusal is one sentence and exit code 1, anything else is shown whole. */
export async function runCommand(command: () => Promise<number | undefined>): Promise<void> {
  try {
    process.exitCode = (await command()) ?? 0;
  } catch (error) {
    console.error(error instanceof RefusedStart ? error.message : error);
    process.exitCode = 1;
  }
}

/** Keeps a stack up until Ctrl-C or SIGTERM, then stops it in order. A second signal changes nothing. */
export async function runUntilSignal(
  begin: () => Promise<Stack>,
  ready: (stack: Stack) => Promise<void>,
): Promise<void> {
  let stopping = false;
  let wake = () => {};
  const signalled = new Promise<void>((settle) => (wake = settle));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      if (stopping) return;
      stopping = true;
      console.log('\n  Stopping ...');
      wake();
    });
  }
  await runCommand(async () => {
    const stack = await begin();
    if (!stopping) await ready(stack);
    await signalled;
    await stack.stop();
    console.log('  Stopped.');
    return 0;
  });
  // Timers and sockets of libraries must not keep a stopped command alive.
  process.exit();
}
