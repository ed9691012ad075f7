import { log } from '../kernel/log';

export type Loop = {
  /** Runs the work now, or once more when it is running. */
  wake: () => void;
  /** Ends after the work that is running. */
  stop: () => Promise<void>;
};

/** Repeats `work` every `everyMs` and whenever woken, never twice at once. A failure is logged and the next turn comes. */
export function startLoop(name: string, everyMs: number, work: () => Promise<unknown>): Loop {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isWoken = false;
  let isStopped = false;

  const turn = async () => {
    try {
      await work();
    } catch (error) {
      log.error({ err: error, loop: name }, 'a loop of the worker failed');
    }
  };
  const run = () => {
    clearTimeout(timer);
    isWoken = false;
    running = turn().finally(() => {
      running = undefined;
      if (isStopped) return;
      if (isWoken) run();
      else timer = setTimeout(run, everyMs);
    });
  };
  run();
  return {
    wake: () => {
      if (isStopped) return;
      isWoken = true;
      if (!running) run();
    },
    stop: async () => {
      isStopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
