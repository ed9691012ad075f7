import { join } from 'node:path';
import { log } from '../kernel/log';
import { demoWebhookSecret, startDemoInbox } from './demo-inbox';

/** The mail server and the webhook receiver of demo and browser tests, as one process. */
const { AUTH_SECRET, GOING_LIVE_DATA, GOING_LIVE_SMTP_PORT, GOING_LIVE_INBOX_PORT } = process.env;
if (!AUTH_SECRET || !GOING_LIVE_DATA) throw new Error('AUTH_SECRET and GOING_LIVE_DATA are set by the start.');

const inbox = await startDemoInbox({
  smtpPort: Number(GOING_LIVE_SMTP_PORT),
  httpPort: Number(GOING_LIVE_INBOX_PORT),
  secret: demoWebhookSecret(AUTH_SECRET),
  file: join(GOING_LIVE_DATA, 'inbox.jsonl'),
});
log.info({ smtpPort: inbox.smtpPort, httpPort: inbox.httpPort }, 'demo inbox started');

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await inbox.close();
    process.exit(0);
  });
}
