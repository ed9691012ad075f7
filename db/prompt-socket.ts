import { Socket } from 'node:net';

/** What the driver has read from the database's address; `path` is a socket of this machine. */
type Target = { host: string[]; port: number[]; path?: string | false | null };

/** The driver listens for an error a moment after it was handed the socket; what fails at once is told after that. */
class PromptSocket extends Socket {
  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    setImmediate(() => super._destroy(error, done));
  }
}

/**
 * Makes sockets that send at once what they are given. The driver writes a statement of more than a kilobyte in pieces, and the
 * kernel would hold the last piece back until the server acknowledges the first, which it does 40 ms later. Several hosts are
 * taken in turn, as the driver takes them.
 */
export function promptSockets(): (target: Target) => Socket {
  let turn = 0;
  return ({ host, port, path }) => {
    const socket = new PromptSocket().setNoDelay(true);
    if (path) return socket.connect(path);
    const place = turn % host.length;
    turn += 1;
    // The driver verifies a certificate by this name.
    return Object.assign(socket.connect(port[place] as number, host[place] as string), { host: host[place] });
  };
}
