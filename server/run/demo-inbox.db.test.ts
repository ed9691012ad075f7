import { afterEach, expect, test } from 'vitest';
import { job } from '../kernel/actor';
import { inTransaction } from '../kernel/transaction';
import { createChannel } from '../notifications/actions';
import { drainSettled } from '../notifications/delivery-actions';
import { queueNotice } from '../notifications/notice-actions';
import { demoWebhookSecret, startDemoInbox } from './demo-inbox';

let inbox: Awaited<ReturnType<typeof startDemoInbox>>;
afterEach(() => inbox.close());

test('the demo inbox shows the mail and the verified webhook of one notice', async () => {
  process.env.OUTBOUND_ALLOW = '127.0.0.1/32:*';
  const secret = demoWebhookSecret(process.env.AUTH_SECRET!);
  inbox = await startDemoInbox({ smtpPort: 0, httpPort: 0, secret });
  const base = { level: 0 as const, minimumSeverity: 'low' as const, portfolioId: null };
  const config = {
    host: '127.0.0.1',
    port: inbox.smtpPort,
    security: 'none' as const,
    from: 'alerts@demo.test',
    to: ['team@demo.test'],
  };
  const url = `http://127.0.0.1:${inbox.httpPort}/hook`;
  await createChannel(job('seed'), { ...base, name: 'Mail', target: { kind: 'email', config } });
  await createChannel(job('seed'), { ...base, name: 'Hook', secret, target: { kind: 'webhook', config: { url } } });
  await inTransaction((tx) =>
    queueNotice(tx, {
      subject: { kind: 'alert', id: '0192aaaa-0000-7000-8000-000000000001' },
      severity: 'critical',
      title: 'Daily loss 5.31 % exceeds 5.00 % – “halted”',
      body: 'Umlaute ä ö ü and a long line that has to be folded somewhere because it is longer than seventy-six characters.',
      facts: { Limit: '≤ 5.00 %' },
      link: '/alerts/1',
      dedupePrefix: 'demo',
    }),
  );
  await drainSettled();
  const { mails, hooks } = inbox.inbox();
  expect(mails[0]).toMatchObject({
    subject: '[CRITICAL] Daily loss 5.31 % exceeds 5.00 % – “halted”',
    to: 'team@demo.test',
  });
  expect(mails[0]!.text).toContain('Umlaute ä ö ü and a long line that has to be folded somewhere');
  expect(mails[0]!.text).toContain('/acknowledge/');
  expect(hooks[0]).toMatchObject({ verified: true, repeats: 0 });
  const response = await fetch(url, { method: 'POST', body: '{}' });
  expect(response.status).toBe(401);
});
