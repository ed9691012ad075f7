import 'server-only';
import { and, asc, desc, eq, inArray, isNull, ne, notInArray, sql as query } from 'drizzle-orm';
import { type Db, db } from '@/db/client';
import { engineCommands, strategies, strategyCapital } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import type { CommandState } from './delivery';
import type { CommandParams, CommandScope, CommandType, ReplyMessage } from './messages';

export type CommandCause = { kind: string; id: string; label?: string };
type Row = typeof engineCommands.$inferSelect;
export type CommandRow = Omit<Row, 'type' | 'scope' | 'params' | 'cause' | 'answer'> & {
  type: CommandType;
  scope: CommandScope;
  params: CommandParams;
  cause: CommandCause;
  answer: ReplyMessage | null;
};
const typed = (row: Row): CommandRow => row as CommandRow;

export async function findCommand(id: string): Promise<CommandRow | undefined> {
  const [row] = await db.select().from(engineCommands).where(eq(engineCommands.id, id));
  return row && typed(row);
}

export const findCommands = async (ids: string[], from: Tx | Db = db): Promise<CommandRow[]> =>
  ids.length === 0 ? [] : (await from.select().from(engineCommands).where(inArray(engineCommands.id, ids))).map(typed);

export async function findByKey(tx: Tx, idempotencyKey: string): Promise<CommandRow | undefined> {
  const [row] = await tx.select().from(engineCommands).where(eq(engineCommands.idempotencyKey, idempotencyKey));
  return row && typed(row);
}

export async function insertCommand(tx: Tx, row: typeof engineCommands.$inferInsert): Promise<void> {
  await tx.insert(engineCommands).values(row);
}

/** A newer capital for a strategy replaces those not yet confirmed: they are never sent again. */
export async function supersedeCapital(
  tx: Tx,
  command: { id: string; engineId: string; strategy: string },
): Promise<string[]> {
  const gone = await tx
    .update(engineCommands)
    .set({ state: 'superseded', nextAttemptAt: null })
    .where(
      and(
        eq(engineCommands.engineId, command.engineId),
        eq(engineCommands.type, 'set_capital'),
        ne(engineCommands.id, command.id),
        inArray(engineCommands.state, ['pending', 'sent', 'accepted', 'unknown']),
        query`${engineCommands.params}->>'strategy' = ${command.strategy}`,
      ),
    )
    .returning({ id: engineCommands.id });
  return gone.map(({ id }) => id);
}

const TRADING_STATE = ['halt', 'reduce_only', 'resume'];

/**
 * A newer word on the trading state of a place replaces those not yet confirmed there: they are never sent again, so that
 * none of them arrives after it. What also speaks of other places stays; the epoch outdates it where it is late.
 */
export async function supersedeState(
  tx: Tx,
  command: { id: string; engineId: string; type: CommandType; scope: CommandScope },
): Promise<void> {
  if (!TRADING_STATE.includes(command.type)) return;
  const { strategies: places } = command.scope;
  const within =
    places === null
      ? query`jsonb_typeof(${engineCommands.scope}->'strategies') = 'null'`
      : query`jsonb_typeof(${engineCommands.scope}->'strategies') = 'array' and ${engineCommands.scope}->'strategies' <@ ${JSON.stringify(places)}::jsonb`;
  await tx
    .update(engineCommands)
    .set({ state: 'superseded', nextAttemptAt: null })
    .where(
      and(
        eq(engineCommands.engineId, command.engineId),
        inArray(engineCommands.type, TRADING_STATE),
        ne(engineCommands.id, command.id),
        inArray(engineCommands.state, ['pending', 'sent', 'accepted', 'unknown']),
        within,
      ),
    );
}

/** What an engine was last told of trading at a place: `*` is everything it runs, else a strategy by its reference. */
export type Word = { engineId: string; place: string; command: CommandRow };

/** The newest word on trading at each place of these engines, whatever came of it; a replaced one is none. */
export async function newestWords(engineIds: readonly string[], from: Tx | Db = db): Promise<Word[]> {
  if (engineIds.length === 0) return [];
  const words = await from.execute<{ id: string; engine_id: string; place: string }>(query`
    select distinct on (c.engine_id, p.place) c.id, c.engine_id, p.place
    from engine_commands c, lateral (
      select '*' as place where jsonb_typeof(c.scope->'strategies') = 'null'
      union all
      select jsonb_array_elements_text(c.scope->'strategies') where jsonb_typeof(c.scope->'strategies') = 'array'
    ) p
    where c.engine_id in ${engineIds} and c.type in ${TRADING_STATE} and c.state <> 'superseded'
    order by c.engine_id, p.place, c.epoch desc, c.created_at desc`);
  const commands = new Map((await findCommands([...new Set(words.map(({ id }) => id))], from)).map((c) => [c.id, c]));
  return words.flatMap(({ id, engine_id: engineId, place }) => {
    const command = commands.get(id);
    return command ? [{ engineId, place, command }] : [];
  });
}

/**
 * Takes due commands for `leaseSeconds`, stops first, each with a new fencing token. Rows that another instance holds are
 * skipped; a lease that ran out is taken over. Times here are protocol time.
 */
export async function claimDue(options: {
  limit: number;
  leaseSeconds: number;
  engineId?: string;
}): Promise<CommandRow[]> {
  const only = options.engineId ? query`and engine_id = ${options.engineId}` : query``;
  const claimed = await db.execute<{ id: string }>(query`
    update engine_commands set
      lease_until = app.protocol_now() + make_interval(secs => ${options.leaseSeconds}),
      fence = fence + 1, attempts = attempts + 1, sent_at = coalesce(sent_at, app.now())
    where id in (
      select c.id from engine_commands c join engines e on e.id = c.engine_id
      where c.state in ('pending', 'sent', 'accepted', 'unknown') and c.next_attempt_at <= app.protocol_now()
        and (c.lease_until is null or c.lease_until < app.protocol_now())
        and e.disabled_at is null and (e.approved_at is not null or c.type = 'query') ${only}
      order by (c.type in ('halt', 'reduce_only', 'stop_order_acceptance', 'cancel_orders', 'close_positions', 'system_lockdown')) desc, c.created_at
      limit ${options.limit} for update of c skip locked)
    returning id`);
  if (claimed.length === 0) return [];
  const rows = await db
    .select()
    .from(engineCommands)
    .where(
      inArray(
        engineCommands.id,
        claimed.map(({ id }) => id),
      ),
    );
  return rows.map(typed);
}

/** Writes the outcome of an attempt; false when the lease was lost to another and nothing was written. */
export async function settleCommand(
  tx: Tx,
  command: { id: string; fence: number },
  outcome: {
    state: CommandState;
    nextInMs: number | null;
    error: string | null;
    epoch?: number;
    answer?: ReplyMessage;
    answeredAt?: Date;
  },
): Promise<boolean> {
  const next = outcome.nextInMs;
  const done = await tx
    .update(engineCommands)
    .set({
      state: outcome.state,
      error: outcome.error,
      leaseUntil: null,
      nextAttemptAt: next === null ? null : query`app.protocol_now() + make_interval(secs => ${next / 1000})`,
      ...(outcome.epoch === undefined ? {} : { epoch: outcome.epoch, epochResent: true }),
      ...(outcome.answer ? { answer: outcome.answer } : {}),
      ...(outcome.answeredAt ? { answeredAt: outcome.answeredAt } : {}),
    })
    .where(
      and(
        eq(engineCommands.id, command.id),
        eq(engineCommands.fence, command.fence),
        ne(engineCommands.state, 'superseded'),
      ),
    )
    .returning({ id: engineCommands.id });
  return done.length === 1;
}

export async function listCommands(engineIds: string[], limit = 50): Promise<CommandRow[]> {
  if (engineIds.length === 0) return [];
  const rows = await db
    .select()
    .from(engineCommands)
    .where(inArray(engineCommands.engineId, engineIds))
    .orderBy(desc(engineCommands.createdAt), asc(engineCommands.id))
    .limit(limit);
  return rows.map(typed);
}

export async function countUnsettled(engineId: string): Promise<number> {
  return db.$count(
    engineCommands,
    and(
      eq(engineCommands.engineId, engineId),
      inArray(engineCommands.state, ['pending', 'sent', 'accepted', 'unknown']),
    ),
  );
}

/** The capital in force of a strategy is what the engine says it trades with. */
export async function confirmCapital(
  tx: Tx,
  said: { engineId: string; strategyRef: string; capital: string; at: Date },
): Promise<string[]> {
  const confirmed = await tx
    .update(strategyCapital)
    .set({ confirmedAt: said.at, confirmedCapital: said.capital })
    .from(strategies)
    .where(
      and(
        eq(strategyCapital.strategyId, strategies.id),
        eq(strategies.engineId, said.engineId),
        eq(strategies.engineRef, said.strategyRef),
        isNull(strategyCapital.endedAt),
        query`${strategyCapital.confirmedCapital} is distinct from ${said.capital}::numeric`,
      ),
    )
    .returning({ strategyId: strategyCapital.strategyId });
  return confirmed.map(({ strategyId }) => strategyId);
}

/** Takes a command that is not confirmed up again under its own id, as if it were queued now; false when there is none. */
export async function requeueCommand(tx: Tx, id: string, as: { epoch: number; at: Date }): Promise<boolean> {
  const rows = await tx
    .update(engineCommands)
    .set({
      // An answer or a silence before says nothing of this try; only what surely never arrived may skip the question.
      state: query`case when ${engineCommands.state} = 'failed' then 'pending' else ${engineCommands.state} end`,
      error: query`coalesce(${engineCommands.error}, 'Sent again by a person.')`,
      epoch: as.epoch,
      epochResent: false,
      createdAt: as.at,
      nextAttemptAt: query`app.protocol_now()`,
      leaseUntil: null,
      fence: query`${engineCommands.fence} + 1`,
    })
    .where(and(eq(engineCommands.id, id), notInArray(engineCommands.state, ['confirmed', 'superseded'])))
    .returning({ id: engineCommands.id });
  return rows.length === 1;
}

/** Commands of a cause that are not confirmed are sent no more; gives those it ended. */
export async function supersedeCause(tx: Tx, cause: { kind: string; id: string }): Promise<string[]> {
  const rows = await tx
    .update(engineCommands)
    .set({ state: 'superseded', nextAttemptAt: null })
    .where(
      and(
        query`${engineCommands.cause}->>'kind' = ${cause.kind} and ${engineCommands.cause}->>'id' = ${cause.id}`,
        inArray(engineCommands.state, ['pending', 'sent', 'accepted', 'unknown', 'failed']),
      ),
    )
    .returning({ id: engineCommands.id });
  return rows.map(({ id }) => id);
}
