import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';

export type Received = { headers: IncomingHttpHeaders; body: string };
/** What to do with a request: answer with a status (and headers), hang, reset, or take it and lose the reply. */
export type Behaviour = { status: number; headers?: Record<string, string> } | 'hang' | 'reset' | 'lose-reply';

/** A real HTTP receiver on loopback that behaves as told, one entry of `script` per request, then with the last. */
export async function openReceiver(script: Behaviour[] = [{ status: 200 }]) {
  const received: Received[] = [];
  let step = 0;
  const server: Server = createServer((request, response) => {
    const behaviour = script[Math.min(step, script.length - 1)] ?? { status: 200 };
    step += 1;
    let body = '';
    request.on('data', (chunk) => {
      body += chunk;
    });
    request.on('end', () => {
      if (behaviour === 'reset') return request.socket.resetAndDestroy();
      received.push({ headers: request.headers, body });
      if (behaviour === 'hang') return;
      if (behaviour === 'lose-reply') return request.socket.destroy();
      response.writeHead(behaviour.status, behaviour.headers ?? {}).end();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  return { url: `http://127.0.0.1:${port}/hook`, port, received, script, close };
}

/** A real SMTP server on loopback that keeps what it got; `refuse` answers a message with that code. */
export async function openMailServer(options: { refuse?: number } = {}) {
  const mails: string[] = [];
  const state = { ...options };
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      let raw = '';
      stream.on('data', (chunk) => {
        raw += chunk;
      });
      stream.on('end', () => {
        if (state.refuse) return done(Object.assign(new Error('refused'), { responseCode: state.refuse }));
        mails.push(raw);
        done();
      });
    },
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.server.address() as AddressInfo;
  const close = () => new Promise<void>((done) => server.close(done));
  return { port, mails, state, close };
}
