import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { DomainError } from '../../kernel/errors';
import { newId } from '../../kernel/ids';
import { CommandMessage, type ReplyMessage } from '../messages';
import { signMessage, verifyMessage } from '../signature';

export const ReplayMessage = z.object({
  to: z.literal('/control/replay'),
  nonce: z.string(),
  from: z.iso.date(),
  speed: z.number().positive().max(600).optional(),
});
export type ReplayMessage = z.infer<typeof ReplayMessage>;

export type PaperServerOptions = {
  port: number;
  secrets: string[];
  /** Executes and saves; what it returns is signed and sent. */
  onCommand: (command: CommandMessage) => ReplyMessage;
  onReplay: (message: ReplayMessage) => { from: string; sessions: number };
  /** Faults of the wire, for rehearsals: `hang` never answers, `lost` executes and drops the answer, a number is a status. */
  fault?: (command: CommandMessage) => 'hang' | 'lost' | number | null;
};

const MAX_BYTES = 1_000_000;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BYTES) throw new DomainError('TOO_LARGE', 'A message is at most 1 MB.');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The engine's side of the protocol on a loopback port: verifies each message, answers signed. */
export function startPaperServer(options: PaperServerOptions): Promise<{ server: Server; port: number }> {
  const server = createServer(async (request, response) => {
    const end = (status: number, body: unknown, sign = false) => {
      const text = JSON.stringify(body);
      const signed = sign ? signMessage({ id: newId(), body: text, secrets: options.secrets, at: new Date() }) : {};
      response.writeHead(status, { 'content-type': 'application/json', ...signed }).end(text);
    };
    if (request.method === 'GET' && request.url === '/health') return end(200, { ok: true });
    if (request.method !== 'POST') return end(404, { error: 'no such path' });
    try {
      const body = await readBody(request);
      const headers = request.headers as Record<string, string | undefined>;
      const verdict = verifyMessage({ headers, body, secrets: options.secrets, now: new Date() });
      if (!verdict.ok) return end(401, { error: `refused: ${verdict.why}` });
      const message = JSON.parse(body) as { to?: unknown };
      if (message.to !== request.url) return end(401, { error: 'refused: meant for another path' });
      if (request.url === '/commands') {
        const command = CommandMessage.parse(message);
        const fault = options.fault?.(command) ?? null;
        if (fault === 'hang') return;
        if (typeof fault === 'number') return end(fault, { error: 'out of order' });
        const reply = options.onCommand(command);
        if (fault === 'lost') return request.socket.destroy();
        return end(200, reply, true);
      }
      if (request.url === '/control/replay') return end(200, options.onReplay(ReplayMessage.parse(message)), true);
      return end(404, { error: 'no such path' });
    } catch (error) {
      if (error instanceof z.ZodError)
        return end(422, { error: 'not what the protocol says', issues: error.issues.slice(0, 5) });
      if (error instanceof DomainError) return end(422, { error: error.message });
      return end(500, { error: 'the engine failed' });
    }
  });
  return new Promise((ready, fail) => {
    server.once('error', fail);
    server.listen(options.port, '127.0.0.1', () => ready({ server, port: (server.address() as AddressInfo).port }));
  });
}
