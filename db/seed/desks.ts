import { eq } from 'drizzle-orm';
import { db } from '@/db/client';
import { limitSets } from '@/db/schema';
import { acknowledge } from '@/server/alerts/actions';
import { testChannel } from '@/server/alerts/test-actions';
import { approveEngine, registerEngine } from '@/server/engines/actions';
import { INSTRUMENT } from '@/server/engines/paper/account';
import { createChannel } from '@/server/notifications/actions';
import { createPortfolio } from '@/server/portfolios/actions';
import { approveLimits } from '@/server/risk/limit-sets/limit-approval-actions';
import { overrideLimit } from '@/server/risk/limit-sets/override-actions';
import { demoWebhookSecret } from '@/server/run/demo-inbox';
import { type Cast, stepUp } from './demo-people';
import { createEngineKey } from './engine-key';

export type Desk = { portfolioId: string; engineId: string; secret: string; key: string; account: string };

/** A portfolio with its paper engine, approved by the risk officer, and the API key with which it pushes. */
export async function openDesk(cast: Cast, desk: { name: string; account: string; port: number }): Promise<Desk> {
  const portfolioId = await createPortfolio(cast.admin, {
    name: desk.name,
    baseCurrency: 'USD',
    timeZone: 'America/New_York',
    calendarId: '24x7',
    sessionStart: '00:00',
    snapshotIntervalSeconds: 5,
    accountCode: desk.account,
  });
  const { engineId, secret } = await registerEngine(cast.admin, {
    portfolioId,
    name: `Paper engine, ${desk.name}`,
    url: `http://127.0.0.1:${desk.port}/`,
    roles: ['trading_engine', 'api_gateway', 'order_management', 'portfolio_manager'],
    isDrillTarget: false,
  });
  await approveEngine(cast['risk-officer'], engineId);
  const key = await createEngineKey({ name: `Paper engine, ${desk.name}`, portfolioId, engineId });
  return { portfolioId, engineId, secret, key, account: desk.account };
}

/** The index portfolio may hold most of itself in the index: proposed and approved by two, visible on the risk page. */
export async function allowIndexHolding(cast: Cast, portfolioId: string): Promise<void> {
  const { id } = await overrideLimit(cast['risk-officer'], {
    portfolioId,
    measure: 'position',
    appliesTo: 'portfolio',
    instrument: INSTRUMENT,
    hard: '0.90',
    startsAt: null,
    days: null,
    reason: 'This portfolio tracks the index: its core holding is the index fund itself.',
  });
  const [row] = await db.select().from(limitSets).where(eq(limitSets.id, id));
  for (const who of [cast['risk-officer'], cast.manager]) {
    await approveLimits(who, { limitSetId: id, stepUp: await stepUp(who, 'risk.approve-limits', row!.contentHash) });
  }
}

/** Mail and signed webhook to the demo's own inbox, each proven by a test alert that a person acknowledged. */
export async function openChannels(cast: Cast): Promise<void> {
  const { GOING_LIVE_SMTP_PORT, GOING_LIVE_INBOX_PORT, AUTH_SECRET } = process.env;
  const common = { level: 0, minimumSeverity: 'low', portfolioId: null } as const;
  const channels = [
    await createChannel(cast.admin, {
      ...common,
      name: 'Desk mail',
      target: {
        kind: 'email',
        config: {
          host: '127.0.0.1',
          port: Number(GOING_LIVE_SMTP_PORT),
          security: 'none',
          from: 'alerts@demo.example',
          to: ['desk@demo.example'],
        },
      },
    }),
    await createChannel(cast.admin, {
      ...common,
      name: 'Desk receiver',
      target: { kind: 'webhook', config: { url: `http://127.0.0.1:${GOING_LIVE_INBOX_PORT}/hook` } },
      secret: demoWebhookSecret(AUTH_SECRET!),
    }),
  ];
  for (const { id } of channels) {
    const { alertId } = await testChannel(cast.admin, id);
    await acknowledge(cast.engineer, alertId);
  }
}
