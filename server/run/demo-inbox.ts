import { createHmac } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { Webhook } from 'standardwebhooks';
import { type MailMessage, readMail } from './mail-message';

export type ReceivedMail = MailMessage & { kind: 'mail'; receivedAt: string; repeats: number };
export type ReceivedHook = {
  kind: 'hook';
  id: string;
  sentAt: string;
  receivedAt: string;
  /** Did the signature verify, by the standard's own library? */
  verified: boolean;
  why: string;
  body: string;
  /** How often the same id came again; a receiver drops these. */
  repeats: number;
};
export type Inbox = { mails: ReceivedMail[]; hooks: ReceivedHook[] };

const KEPT = 300;
const MOST_BYTES = 200_000;

/** The secret that the demo's webhook channel and its receiver share: each derives it, so that no file holds it. */
export const demoWebhookSecret = (authSecret: string): string =>
  `whsec_${createHmac('sha256', authSecret).update('demo-receiver').digest('base64')}`;

export type InboxSettings = { smtpPort: number; httpPort: number; secret: string; file?: string };

/**
 * The demo's outside world: a real mail server and a real webhook receiver, on loopback only, that keep what they got.
 * `GET /messages` tells it, `POST /hook` receives, `POST /clear` forgets.
 */
export async function startDemoInbox({ smtpPort, httpPort, secret, file }: InboxSettings) {
  const kept = new Kept(file);
  const mailServer = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    size: MOST_BYTES,
    onData(stream, _session, done) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        kept.addMail(readMail(Buffer.concat(chunks).toString('utf8')));
        done();
      });
    },
  });
  mailServer.on('error', () => {});
  const webServer = createServer((request, response) => void answer(request, response, kept, secret));
  await new Promise<void>((ready, fail) => mailServer.listen(smtpPort, '127.0.0.1', ready).once('error', fail));
  await new Promise<void>((ready, fail) => webServer.listen(httpPort, '127.0.0.1', ready).once('error', fail));
  return {
    smtpPort: (mailServer.server.address() as AddressInfo).port,
    httpPort: (webServer.address() as AddressInfo).port,
    inbox: () => kept.all(),
    close: async () => {
      webServer.closeAllConnections();
      await Promise.all([
        new Promise<void>((done) => mailServer.close(done)),
        new Promise((done) => webServer.close(done)),
      ]);
    },
  };
}

/** What came, newest first; a line each in the file, so that a restart of the demo forgets nothing. */
class Kept {
  private mails: ReceivedMail[] = [];
  private hooks: ReceivedHook[] = [];

  constructor(private readonly file?: string) {
    if (!file || !existsSync(file)) return;
    for (const line of readFileSync(file, 'utf8').split('\n').filter(Boolean)) this.take(JSON.parse(line));
  }

  addMail(mail: MailMessage): void {
    this.add({ ...mail, kind: 'mail', receivedAt: new Date().toISOString(), repeats: 0 });
  }

  add(one: ReceivedMail | ReceivedHook): void {
    this.take(one);
    if (this.file) appendFileSync(this.file, `${JSON.stringify(one)}\n`);
  }

  all(): Inbox {
    return { mails: this.mails, hooks: this.hooks };
  }

  clear(): void {
    this.mails = [];
    this.hooks = [];
  }

  private take(one: ReceivedMail | ReceivedHook): void {
    if (one.kind === 'mail') {
      const same = this.mails.find((mail) => mail.messageId === one.messageId);
      if (same) same.repeats += 1;
      else this.mails = [one, ...this.mails].slice(0, KEPT);
      return;
    }
    const same = this.hooks.find((hook) => hook.id === one.id && hook.verified === one.verified);
    if (same) same.repeats += 1;
    else this.hooks = [one, ...this.hooks].slice(0, KEPT);
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, kept: Kept, secret: string): Promise<void> {
  const say = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  // A page of another site can reach loopback by a name of its own; only our own names are answered.
  if (!/^(127\.0\.0\.1|localhost)(:\d+)?$/.test(request.headers.host ?? ''))
    return void say(403, { error: 'wrong host' });
  const route = `${request.method} ${new URL(request.url ?? '/', 'http://inbox').pathname}`;
  if (route === 'GET /messages') return void say(200, kept.all());
  if (route === 'POST /clear') {
    kept.clear();
    return void say(200, {});
  }
  if (route !== 'POST /hook') return void say(404, { error: 'not found' });
  const body = await bodyOf(request);
  if (body === null) return void say(413, { error: 'too large' });
  const hook = received(request, body, secret);
  kept.add(hook);
  say(hook.verified ? 200 : 401, { verified: hook.verified });
}

async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size > MOST_BYTES) return null;
    chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function received({ headers }: IncomingMessage, body: string, secret: string): ReceivedHook {
  const text = (name: string) => String(headers[name] ?? '');
  const seconds = Number(text('webhook-timestamp'));
  const common = {
    kind: 'hook' as const,
    id: text('webhook-id') || 'without id',
    sentAt: Number.isFinite(seconds) && seconds > 0 ? new Date(seconds * 1000).toISOString() : '',
    receivedAt: new Date().toISOString(),
    body,
    repeats: 0,
  };
  try {
    new Webhook(secret).verify(body, {
      'webhook-id': text('webhook-id'),
      'webhook-timestamp': text('webhook-timestamp'),
      'webhook-signature': text('webhook-signature'),
    });
    return { ...common, verified: true, why: '' };
  } catch (error) {
    return { ...common, verified: false, why: (error as Error).message };
  }
}
