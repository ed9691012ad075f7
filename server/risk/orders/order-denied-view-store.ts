import 'server-only';
import { sql as query } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { authorize } from '../../identity/authorize';
import type { Actor } from '../../kernel/actor';
import type { Tx } from '../../kernel/transaction';

/** As many are looked through, whatever is sought in them: the newest, and none older than a week. */
export const DENIALS_LOOKED_AT = 1_000;
const DENIALS_SHOWN = 100;

const Decimals = z.string().nullable();

export const DeniedOrder = z.object({
  id: z.string(),
  at: z.coerce.date(),
  /** The engine that trades the strategy now; null where none does. */
  engineName: z.string().nullable(),
  strategyName: z.string(),
  clientOrderId: z.string(),
  instrument: z.string(),
  side: z.enum(['buy', 'sell']),
  quantity: z.string(),
  price: Decimals,
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  /** What was left when it was asked for; null is unknown or without a limit. */
  headroom: z.object({
    position: Decimals,
    cash: Decimals,
    strategyGross: Decimals,
    orderValue: Decimals,
    volume: Decimals,
    messages: z.number().nullable(),
  }),
});
export type DeniedOrder = z.infer<typeof DeniedOrder>;

export const DeniedOrders = z.object({
  rows: z.array(DeniedOrder),
  /** How many of those that were looked through were denied for each reason, the most frequent first. */
  codes: z.array(z.object({ code: z.string(), count: z.number() })),
  lookedAt: z.number(),
});
export type DeniedOrders = z.infer<typeof DeniedOrders>;

/**
 * Orders of a portfolio that were denied, the newest first, all or those with one reason; and how often each reason was
 * given. Denials that were given while the database was away are in it once it answers orders again, the newest 1,000 of each
 * process that gave them. Throws FORBIDDEN.
 */
export async function deniedOrders(
  actor: Actor,
  { portfolioId, code }: { portfolioId: string; code: string | null },
  from: Tx | typeof db = db,
): Promise<DeniedOrders> {
  authorize(actor, 'read', { portfolioId });
  const wanted = code === null ? query`true` : query`answer->'reasons' @> ${JSON.stringify([{ code }])}::jsonb`;
  const [row] = await from.execute<{ found: unknown }>(query`
    with newest as materialized (
      select * from reservations where portfolio_id = ${portfolioId} and state = 'denied' and created_at > app.now() - interval '7 days'
      order by created_at desc limit ${DENIALS_LOOKED_AT}),
    shown as (select * from newest where ${wanted} order by created_at desc, id desc limit ${DENIALS_SHOWN})
    select json_build_object(
      'rows', (select coalesce(json_agg(json_build_object('id', o.id, 'at', o.created_at, 'engineName', e.name, 'strategyName', s.name,
          'clientOrderId', o.client_order_id, 'instrument', o.instrument, 'side', o.side, 'quantity', o.quantity::text, 'price', o.price::text,
          'reasons', o.answer->'reasons', 'headroom', o.answer->'headroom') order by o.created_at desc, o.id desc), '[]')
        from shown o join strategies s on s.id = o.strategy_id left join engines e on e.id = s.engine_id),
      'codes', (select coalesce(json_agg(json_build_object('code', code, 'count', n) order by n desc, code), '[]') from (
          select reason->>'code' as code, count(*) as n from newest, jsonb_array_elements(answer->'reasons') reason group by 1) counted),
      'lookedAt', (select count(*) from newest)) as found`);
  return DeniedOrders.parse(row?.found);
}
