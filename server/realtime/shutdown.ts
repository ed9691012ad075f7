type Kept = { __goingLiveShutdown?: AbortController };
const kept = globalThis as Kept;
kept.__goingLiveShutdown ??= new AbortController();

/** Aborted once when this process is asked to stop. The server waits for open connections, so streams end themselves. */
export const shutdown = kept.__goingLiveShutdown;

let installed = false;

/** On SIGTERM or SIGINT: end the streams, so that pages reconnect to another instance, then the process within the grace. */
export function installShutdown(graceMs = 8_000): void {
  if (installed) return;
  installed = true;
  const stop = () => {
    shutdown.abort();
    setTimeout(() => process.exit(0), graceMs).unref();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}
