import { z } from 'zod';
import { CommandScope, CommandType, EngineState, RESULTS, WorkingOrder } from '../messages';

/** What a scope of the engine was told; `*` is everything. */
export const Place = z.object({ state: EngineState, isClosed: z.boolean(), isLocked: z.boolean() });
export type Place = z.infer<typeof Place>;

/** A working order with what the simulation needs beside what the report tells. */
export const PaperOrder = WorkingOrder.extend({
  /** The command that ordered it; exits under a halt are commanded. */
  commandId: z.string().nullable(),
  /** Ticks it has rested. */
  ticks: z.number().int(),
  /** By whose leave it was sent: the check's, or its own proof while the check said nothing; null where none is asked for. */
  leave: z.enum(['allowed', 'unanswered']).nullable().default(null),
});
export type PaperOrder = z.infer<typeof PaperOrder>;

export const Executed = z.object({
  type: CommandType,
  scope: CommandScope,
  result: z.enum(RESULTS),
  error: z.string().optional(),
});
export type Executed = z.infer<typeof Executed>;

/** An order of a strategy that waits for its leave; nothing of it is at the venue. Its id is kept: a repeat gets its first answer. */
export const AskedOrder = z.object({
  order: PaperOrder,
  /** How often it was asked for; over 0 the check may know it. */
  tries: z.number().int(),
  askAt: z.iso.datetime(),
});
export type AskedOrder = z.infer<typeof AskedOrder>;

const decimalOrNull = z.string().nullable();
/** What the check said of an order last, and how things stood then. */
export const LastWord = z.object({
  at: z.iso.datetime(),
  decision: z.enum(['allow', 'deny']),
  reasons: z.array(z.object({ code: z.string(), message: z.string() })),
  /** What was left after it: money, and units of volume; null is unknown or without a limit. */
  room: z.object({ position: decimalOrNull, cash: decimalOrNull, strategyGross: decimalOrNull, volume: decimalOrNull }),
  orderValue: decimalOrNull,
  quantity: z.string(),
  held: z.string(),
  price: z.string(),
  /** Capital, release and trading state of the strategy, as one text. */
  standing: z.string(),
  /** Denials in a row. */
  denials: z.number().int(),
  askAgainAt: z.iso.datetime(),
});
export type LastWord = z.infer<typeof LastWord>;

/** One side of a strategy at the check: when it asked last, and what it heard. */
export const AskMemory = z.object({ askedAt: z.iso.datetime(), word: LastWord.nullable() });
export type AskMemory = z.infer<typeof AskMemory>;

/** What became of an order, until the server has taken it. */
export const OrderTold = z.object({
  strategy: z.string(),
  clientOrderId: z.string(),
  status: z.enum(['submitted', 'partially-filled', 'filled', 'cancelled', 'rejected']),
  at: z.iso.datetime(),
  instrument: z.string(),
  side: z.enum(['buy', 'sell']),
  executionId: z.string().optional(),
  quantity: z.string().optional(),
  price: z.string().optional(),
  fee: z.string().optional(),
});
export type OrderTold = z.infer<typeof OrderTold>;

/** Everything between the engine and the check: orders that wait for leave, the last words by strategy and side, what is yet to be told. */
export const Pretrade = z.object({
  asking: z.array(AskedOrder),
  memories: z.record(z.string(), AskMemory),
  told: z.array(OrderTold),
});
export type Pretrade = z.infer<typeof Pretrade>;
export const nothingAsked = (): Pretrade => ({ asking: [], memories: {}, told: [] });

/** Everything that must survive a kill: kept whole in one file, replaced and synced before anything is answered. */
export const PaperState = z.object({
  version: z.literal(1),
  epoch: z.number().int(),
  stopEpoch: z.number().int(),
  leaseUntil: z.iso.datetime().nullable(),
  /** The lease was out for more than 15 min: a person resumes. */
  leaseLocked: z.boolean(),
  places: z.record(z.string(), Place),
  strategies: z.record(
    z.string(),
    z.object({ capital: z.string(), release: z.string().nullable(), issuedAt: z.string(), isHolding: z.boolean() }),
  ),
  /** Command key -> what came of it, oldest first. */
  executed: z.array(z.tuple([z.string(), Executed])),
  account: z.object({
    cash: z.string(),
    holdings: z.record(z.string(), z.object({ quantity: z.string(), averagePrice: z.string() })),
    ledgers: z.record(
      z.string(),
      z.object({ realised: z.string(), fees: z.string(), closed: z.number().int(), wins: z.number().int() }),
    ),
  }),
  orders: z.array(PaperOrder),
  pretrade: Pretrade.default(nothingAsked),
  market: z.object({
    /** Index of the session in the data, and the tick within it. */
    session: z.number().int(),
    tick: z.number().int(),
    /** Index points to price, so that a jump to another date moves no price. */
    scale: z.string(),
    price: z.string(),
    closes: z.array(z.number()),
  }),
  /** Last sequence given to a snapshot. */
  sequence: z.number().int(),
  /** Backfilled sessions were made. */
  isBackfilled: z.boolean(),
});
export type PaperState = z.infer<typeof PaperState>;

const KEPT_KEYS = 20_000;

/** Remembers a key with its outcome; the oldest of very many are let go, long after their senders gave up. */
export function rememberKey(state: PaperState, id: string, outcome: Executed): void {
  state.executed = [...state.executed.filter(([key]) => key !== id), [id, outcome] as [string, Executed]].slice(
    -KEPT_KEYS,
  );
}

export const outcomeOf = (state: PaperState, id: string): Executed | undefined =>
  state.executed.find(([key]) => key === id)?.[1];
