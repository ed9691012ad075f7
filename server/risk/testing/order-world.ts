import { eq } from 'drizzle-orm';
import { db } from '@/db/client';
import { engines, launches, releases, strategyCapital } from '@/db/schema';
import { NewOrder } from '../../capital/order';
import type { KeyActor } from '../../kernel/actor';
import { newId } from '../../kernel/ids';
import { readNow } from '../../kernel/transaction';
import { keyFixture } from '../../testing/people';
import { checkOrder } from '../orders/order-check-actions';
import { type FeedRow, type RiskWorld, riskWorld } from './risk-world';

export const ORDER_RELEASE = `sha256:${'7e'.repeat(32)}`;

/** A portfolio of 1,000,000 whose strategies have capital, an approved release and an engine that reports it. */
export type OrderWorld = {
  risk: RiskWorld;
  key: string;
  actor: KeyActor;
  /** Feeds the newest snapshot, of this instant. */
  refresh: (row?: Partial<FeedRow>) => Promise<void>;
  /** The engine reports the release it runs. */
  report: (release?: string | null) => Promise<void>;
  check: (order?: Record<string, unknown>) => ReturnType<typeof checkOrder>;
};

let sequence = 100;
let orders = 0;

export async function orderWorld(wish: { refs?: string[]; capital?: string } = {}): Promise<OrderWorld> {
  const refs = wish.refs ?? ['trend'];
  const risk = await riskWorld({ refs, ago: 600 });
  const { portfolioId } = risk;
  const now = await readNow();
  for (const { id: strategyId } of risk.strategies) {
    const [releaseId, launchId] = [newId(), newId()];
    await db.insert(releases).values({
      id: releaseId,
      strategyId,
      version: '1.0',
      artefactDigest: ORDER_RELEASE,
      configDigest: ORDER_RELEASE,
      digest: ORDER_RELEASE,
      createdBy: newId(),
      createdAt: now,
    });
    await db.insert(launches).values({
      id: launchId,
      number: `L-${launchId.slice(-8)}`,
      portfolioId,
      strategyId,
      releaseId,
      allocation: '0.5',
      status: 'live',
      phase: 4,
      tranche: 100,
      templateVersion: 1,
      openedBy: newId(),
      openedAt: now,
    });
    await db.insert(strategyCapital).values({
      id: newId(),
      portfolioId,
      strategyId,
      launchId,
      allocation: '0.5',
      tranche: 100,
      equity: '1000000',
      capital: wish.capital ?? '500000',
      scale: '1',
      effectiveAt: now,
    });
  }
  const { key, actor } = await keyFixture(['orders:check', 'sizing:run'], portfolioId);
  const report = async (release: string | null = ORDER_RELEASE) => {
    await db
      .update(engines)
      .set({ lastHeartbeatAt: await readNow(), lastReport: { strategies: refs.map((ref) => ({ ref, release })) } })
      .where(eq(engines.id, risk.engineId));
  };
  const refresh = async (row: Partial<FeedRow> = {}) => {
    const at = ((await readNow()).getTime() - risk.start.getTime()) / 1000;
    sequence += 1;
    await risk.feed([{ at, equity: 1_000_000, cash: 1_000_000, sequence, ...row }]);
  };
  await refresh();
  await report();
  const check = async (order: Record<string, unknown> = {}) => {
    orders += 1;
    const clientOrderId = `o-${orders}`;
    const asOf = (await readNow()).toISOString();
    return checkOrder(
      actor,
      portfolioId,
      NewOrder.parse({
        strategy: refs[0],
        clientOrderId,
        instrument: 'SPX-ETF',
        side: 'buy',
        quantity: '50',
        multiplier: '1',
        type: 'limit',
        limitPrice: '100',
        reference: { price: '100', asOf },
        ...order,
      }),
    );
  };
  return { risk, key, actor, refresh, report, check };
}
