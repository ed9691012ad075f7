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
});
export type PaperOrder = z.infer<typeof PaperOrder>;

export const Executed = z.object({
  type: CommandType,
  scope: CommandScope,
  result: z.enum(RESULTS),
  error: z.string().optional(),
});
export type Executed = z.infer<typeof Executed>;

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
