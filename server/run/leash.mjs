/**
 * Preloaded into every supervised process: when the supervisor dies, even by SIGKILL, its channel closes and so do we.
 * What such a process forks itself is preloaded as well, by its flags, and has a channel of its own: that one is left
 * alone, because a process that waits for its first message there would end at once with nothing else to do.
 */
const GRACE_MS = 10_000;

if (process.channel && process.env.GOING_LIVE_LEASH) {
  delete process.env.GOING_LIVE_LEASH;
  process.on('disconnect', () => {
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  process.channel.unref();
}
