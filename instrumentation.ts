/** Called by Next once per server process, before its first request. */
export async function register(): Promise<void> {
  if (process.env.NEXT_RUNTIME !== 'nodejs') return;
  const { prepareWebProcess } = await import('./server/run/web-process');
  prepareWebProcess();
}
