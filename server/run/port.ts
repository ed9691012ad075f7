import { createServer } from 'node:net';
import { RefusedStart } from './refused-start';

/** Throws the sentence for a port that something else holds, on any of the addresses the web server would take. */
export async function requireFreePort(port: number, host: string): Promise<void> {
  const code = await new Promise<string | undefined>((settle) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => settle(error.code ?? 'error'));
    probe.listen({ port, host, exclusive: true }, () => probe.close(() => settle(undefined)));
  });
  if (code === undefined) return;
  if (code === 'EADDRINUSE') {
    throw new RefusedStart(
      `Port ${port} is taken by another program: stop it, or choose another with PORT=${port + 1}.`,
    );
  }
  throw new RefusedStart(`Port ${port} cannot be opened (${code}): choose another with PORT=${port + 1}.`);
}
