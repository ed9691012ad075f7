import { eq, sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { channels, deliveries } from '@/db/schema';
import { seal } from '../../identity/secret-box';
import { newId } from '../../kernel/ids';
import { generateWebhookSecret } from '../webhook-secret';

type Settings = { level?: number; minimumSeverity?: string; portfolioId?: string; enabled?: boolean };

async function insert(kind: 'email' | 'webhook', config: object, secret: string | null, settings: Settings) {
  const id = newId();
  await db.insert(channels).values({
    id,
    kind,
    name: `${kind} ${id.slice(-4)}`,
    config,
    secretBox: secret ? seal(secret, { table: 'channels', id, column: 'secret_box' }) : null,
    enabled: true,
    createdBy: 'job:test',
    createdAt: new Date(),
    ...settings,
  });
  return id;
}

export async function webhookChannel(url: string, settings: Settings = {}) {
  const secret = generateWebhookSecret();
  return { id: await insert('webhook', { url }, secret, settings), secret };
}

export async function mailChannel(port: number, settings: Settings = {}) {
  const config = { host: '127.0.0.1', port, security: 'none', from: 'alerts@example.test', to: ['team@example.test'] };
  return { id: await insert('email', config, null, settings) };
}

export const deliveriesOf = (channelId: string) =>
  db.select().from(deliveries).where(eq(deliveries.channelId, channelId)).orderBy(deliveries.queuedAt, deliveries.id);

/** Makes every waiting retry due now, instead of waiting for it. */
export const makeDue = () =>
  db.execute(sql`update deliveries set next_attempt_at = app.protocol_now() where state in ('queued', 'retrying')`);

export async function forgetAll() {
  await db.execute(sql`delete from deliveries`);
  await db.execute(sql`delete from channels`);
  await db.execute(sql`delete from alerts`);
}
