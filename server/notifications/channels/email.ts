import 'server-only';
import { isIP } from 'node:net';
import nodemailer from 'nodemailer';
import { checkTarget, OutboundError } from '../../kernel/outbound';
import { EmailConfig } from '../channel-config';
import { htmlText, plainText, subjectLine } from '../message';
import type { Attempt, ChannelPort, OpenedChannel, Outcome } from './channel';

/** RFC 5322 id that stays on a retry: mail systems drop the second copy of a message whose first reply was lost. */
export const messageIdOf = (dedupeId: string, from: string): string =>
  `<${dedupeId.replace(/[^A-Za-z0-9._-]/g, '.')}@${from.split('@')[1] ?? 'going-live'}>`;

async function send(channel: OpenedChannel, attempt: Attempt): Promise<Outcome> {
  const parsed = EmailConfig.safeParse(channel.config);
  if (!parsed.success) return { kind: 'refused', error: 'The channel has no mail server, sender or receiver.' };
  const config = parsed.data;
  try {
    // Checked by the same policy as every other way out, and connected to by the address that was checked.
    const target = await checkTarget(config.host, config.port);
    const transport = nodemailer.createTransport({
      host: target.address,
      port: config.port,
      secure: config.security === 'tls',
      requireTLS: config.security === 'starttls',
      ignoreTLS: config.security === 'none',
      tls: isIP(config.host) ? {} : { servername: config.host },
      auth: config.username ? { user: config.username, pass: channel.secret ?? '' } : undefined,
      connectionTimeout: attempt.timeoutMs,
      greetingTimeout: attempt.timeoutMs,
      socketTimeout: attempt.timeoutMs,
      dnsTimeout: attempt.timeoutMs,
    });
    try {
      return await within(attempt.timeoutMs, transport.sendMail(mailOf(config, attempt)).then(accepted));
    } finally {
      transport.close();
    }
  } catch (error) {
    if (error instanceof OutboundError) {
      return { kind: error.kind === 'refused' ? 'refused' : 'retry', error: error.message };
    }
    return judge(error as Error & { responseCode?: number; code?: string });
  }
}

const mailOf = (config: EmailConfig, { message, addresses, dedupeId, deliveryId, at }: Attempt) => ({
  from: { name: 'Going Live', address: config.from },
  to: config.to,
  subject: subjectLine(message),
  text: plainText(message, addresses),
  html: htmlText(message, addresses),
  messageId: messageIdOf(dedupeId, config.from),
  date: at,
  priority: (message.urgency === 'emergency' || message.urgency === 'critical' ? 'high' : 'normal') as
    | 'high'
    | 'normal',
  headers: {
    'X-Going-Live-Delivery': deliveryId,
    // Keeps out-of-office replies away from the sender's box.
    'Auto-Submitted': 'auto-generated',
  },
});

const accepted = (): Outcome => ({ kind: 'delivered', status: 250 });

/** Our own clock over the whole conversation: a server that answers one byte a second would hold the row for ever. */
function within(ms: number, work: Promise<Outcome>): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(
      () => resolve({ kind: 'retry', error: `The mail server gave no answer in ${ms / 1000} s.` }),
      ms,
    );
    work.then(resolve, reject).finally(() => clearTimeout(late));
  });
}

function judge(error: Error & { responseCode?: number; code?: string }): Outcome {
  const status = error.responseCode;
  // 4xx of SMTP is temporary by its own definition, 5xx permanent.
  if (status && status >= 500) return { kind: 'refused', status, error: `The mail server refused it (${status}).` };
  if (status) return { kind: 'retry', status, error: `The mail server asked to try later (${status}).` };
  if (error.code === 'EAUTH') return { kind: 'refused', error: 'The mail server refused the user name or password.' };
  return { kind: 'retry', error: `No conversation with the mail server (${error.code ?? 'connection broke'}).` };
}

export const email: ChannelPort = { send };
