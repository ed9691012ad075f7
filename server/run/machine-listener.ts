import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KeyActor } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { log } from '../kernel/log';
import { answerOrder } from '../routers/v1/order-check';
import { takeOrderUpdates } from '../routers/v1/order-updates';
import { type StoreSnapshots, storeSnapshots, takeSnapshots } from '../routers/v1/snapshots';
import { tooLarge } from '../trpc/bounded-body';
import type { MachineAnswer, MachineRequest, MachineRoute } from '../trpc/machine-request';

/** The threads of the web process (`snapshot-threads.mjs`), where it has any. */
type Threads = { takes(actor: KeyActor): boolean; store: StoreSnapshots };
const kept = globalThis as { __goingLiveSnapshots?: Threads };

/** In a thread, so that thousands of rows keep no order and no page waiting; here where there is none. */
const store: StoreSnapshots = async (actor, body, pathname) => {
  const threads = kept.__goingLiveSnapshots;
  if (!threads?.takes(actor)) return storeSnapshots(actor, body, pathname);
  try {
    return await threads.store(actor, body, pathname);
  } catch (error) {
    log.error({ err: error }, 'snapshots were given to a thread that ended');
    throw new DomainError('UNAVAILABLE', 'The rows may not have been stored. Send them again: a repeat is a no-op.', {
      data: { retryAfterSeconds: 1 },
    });
  }
};

/** What engines ask many times a second. All else, and any other method on these, is the page server's. */
const ROUTES = new Map<string, MachineRoute>([
  ['/api/v1/orders/check', answerOrder],
  ['/api/v1/orders/updates', takeOrderUpdates],
  ['/api/v1/snapshots', (request) => takeSnapshots(request, store)],
]);

/** As the page server sets them on everything it answers (next.config.mjs). */
const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'same-origin',
  'content-security-policy': "frame-ancestors 'none'",
};

/**
 * Answers the requests that are asked hundreds of times a second without the page server between: true when this was one.
 * The same routes as under `app/api/v1`, so that a server without this listener answers alike, only later.
 */
export function answerMachine(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'POST') return false;
  const pathname = (request.url ?? '').split('?', 1)[0] as string;
  const route = ROUTES.get(pathname);
  if (!route) return false;
  void route(machineRequest(request, pathname)).then((answer) => send(request, response, answer));
  return true;
}

const DRAINED_AT_MOST = 20_000_000;

function send(request: IncomingMessage, response: ServerResponse, { status, headers, body }: MachineAnswer): void {
  if (response.destroyed) return;
  // What was not read of a sender who is known is taken and thrown away, so that the answer reaches it; else the connection ends.
  const announced = Number(request.headers['content-length']);
  const isDrained = status !== 401 && status !== 413 && announced <= DRAINED_AT_MOST;
  const rest = request.complete || isDrained ? {} : { connection: 'close' };
  const length = { 'content-length': Buffer.byteLength(body) };
  response.writeHead(status, { ...SECURITY_HEADERS, ...headers, ...length, ...rest }).end(body);
}

function machineRequest(request: IncomingMessage, pathname: string): MachineRequest {
  return {
    pathname,
    headers: {
      get(name) {
        const value = request.headers[name];
        // As the page server fills it in where no proxy stands in front.
        if (value === undefined) return name === 'x-forwarded-for' ? (request.socket.remoteAddress ?? null) : null;
        return Array.isArray(value) ? value.join(', ') : value;
      },
    },
    bytes: (mostBytes) => bodyOf(request, mostBytes),
  };
}

/** Rejects with TOO_LARGE at the first byte over the bound, and when the sender is gone before its last. */
function bodyOf(request: IncomingMessage, mostBytes: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    if (Number(request.headers['content-length'] ?? 0) > mostBytes) return reject(tooLarge(mostBytes));
    const pieces: Buffer[] = [];
    let size = 0;
    request.on('data', (piece: Buffer) => {
      size += piece.length;
      pieces.push(piece);
      if (size <= mostBytes) return;
      request.pause();
      reject(tooLarge(mostBytes));
    });
    request.once('end', () => resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces, size)));
    request.on('error', () => {});
    request.once('close', () => reject(new DomainError('INVALID', 'The body ended before its last byte.')));
  });
}
