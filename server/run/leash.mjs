/** Preloaded into every supervised process: when the supervisor dies, even by SIGKILL, its channel closes and so do we. */
const GRACE_MS = 10_000;

if (process.channel) {
  process.on('disconnect', () => {
    setTimeout(() => process.exit(1), GRACE_MS).unref();
    process.kill(process.pid, 'SIGTERM');
  });
  process.channel.unref();
}
