import { job } from '@/server/kernel/actor';
import { createChannel } from '@/server/notifications/actions';
import { demoWebhookSecret } from '@/server/run/demo-inbox';

const MAIL = [
  { name: 'Technical team', level: 0, to: 'technical-team@demo.test', minimumSeverity: 'low' },
  { name: 'Management', level: 1, to: 'management@demo.test', minimumSeverity: 'high' },
  { name: 'Board', level: 2, to: 'board@demo.test', minimumSeverity: 'critical' },
] as const;

/** The channels of the demo: mail to three levels and a signed webhook, all to its own inbox and receiver. */
export async function addDemoChannels(): Promise<void> {
  const { GOING_LIVE_SMTP_PORT, GOING_LIVE_INBOX_PORT, AUTH_SECRET } = process.env;
  const seed = job('demo');
  for (const { name, level, to, minimumSeverity } of MAIL) {
    const config = {
      host: '127.0.0.1',
      port: Number(GOING_LIVE_SMTP_PORT),
      security: 'none' as const,
      from: 'going-live@demo.test',
      to: [to],
    };
    await createChannel(seed, { name, level, minimumSeverity, portfolioId: null, target: { kind: 'email', config } });
  }
  await createChannel(seed, {
    name: 'Operations receiver',
    level: 0,
    minimumSeverity: 'low',
    portfolioId: null,
    secret: demoWebhookSecret(AUTH_SECRET!),
    target: { kind: 'webhook', config: { url: `http://127.0.0.1:${GOING_LIVE_INBOX_PORT}/hook` } },
  });
}
