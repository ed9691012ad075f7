import { z } from 'zod';
import { parseDecimal } from '../kernel/decimal';
import { isPlausible, OUT_OF_TIME } from '../kernel/instant';

export const COMMAND_TYPES = [
  'set_capital',
  'halt',
  'reduce_only',
  'resume',
  'stop_order_acceptance',
  'cancel_orders',
  'close_positions',
  'system_lockdown',
  'lift_lockdown',
  'reduce_strategy',
  'reduce_positions',
  'raise_cash',
  'renew_lease',
  'query',
] as const;
export const CommandType = z.enum(COMMAND_TYPES);
export type CommandType = z.infer<typeof CommandType>;

const decimalText = z.string().refine((text) => parseDecimal(text) !== null, 'must be a decimal number');
const instantText = z.iso.datetime().refine(isPlausible, OUT_OF_TIME);

/** What a command reaches at one engine: `strategies` are engine references, null is everything it runs. */
export const CommandScope = z.object({
  kind: z.enum(['strategy', 'portfolio', 'firm']),
  strategies: z.array(z.string()).nullable(),
});
export type CommandScope = z.infer<typeof CommandScope>;

export const CommandParams = z.record(z.string(), z.unknown());
export type CommandParams = z.infer<typeof CommandParams>;

export const CommandMessage = z.object({
  to: z.literal('/commands'),
  id: z.string().min(1).max(100),
  nonce: z.string().min(8).max(100),
  type: z.enum(COMMAND_TYPES),
  epoch: z.number().int().nonnegative(),
  scope: CommandScope,
  params: CommandParams,
  issuedAt: instantText,
  lease: z.object({ until: instantText }).nullable(),
});
export type CommandMessage = z.infer<typeof CommandMessage>;

export const EngineState = z.enum(['ACTIVE', 'REDUCING', 'HALTED']);
export type EngineState = z.infer<typeof EngineState>;

export const WorkingOrder = z.object({
  id: z.string(),
  strategy: z.string(),
  instrument: z.string(),
  side: z.enum(['buy', 'sell']),
  type: z.enum(['market', 'limit', 'stop']),
  quantity: decimalText,
  filled: decimalText,
  price: decimalText.nullable(),
  isReduceOnly: z.boolean(),
  placedAt: instantText,
});
export type WorkingOrder = z.infer<typeof WorkingOrder>;

export const EnginePosition = z.object({
  strategy: z.string(),
  instrument: z.string(),
  quantity: decimalText,
  price: decimalText,
  value: decimalText,
});
export type EnginePosition = z.infer<typeof EnginePosition>;

export const EngineReport = z.object({
  asOf: instantText,
  state: EngineState,
  acceptsOrders: z.boolean(),
  lockedDown: z.boolean(),
  epoch: z.number().int().nonnegative(),
  buildDigest: z.string(),
  leaseUntil: instantText.nullable(),
  strategies: z.array(
    z.object({
      ref: z.string(),
      state: EngineState,
      acceptsOrders: z.boolean(),
      lockedDown: z.boolean(),
      capital: decimalText,
      /** Digest of the release it runs; null before any was set. */
      release: z.string().nullable(),
    }),
  ),
  workingOrders: z.array(WorkingOrder),
  positions: z.array(EnginePosition),
});
export type EngineReport = z.infer<typeof EngineReport>;

/** A report may be this much ahead of the clock of the house: what is from later would stand in the way of all that is true. */
const AHEAD_MS = 10_000;

/** The latest asOf that is kept. */
export const latestAsOf = (now: Date): string => new Date(now.getTime() + AHEAD_MS).toISOString();

/** What is wrong with when a report says it is from, by either clock of the house; null where nothing is. */
export function aheadOfTime({ asOf }: Pick<EngineReport, 'asOf'>, now: Date): string | null {
  const aheadMs = Date.parse(asOf) - now.getTime();
  if (aheadMs <= AHEAD_MS) return null;
  return `Its report says ${asOf}, ${Math.round(aheadMs / 1000)} s ahead of the clock here, and was not kept. Correct the clock of the engine.`;
}

export const RESULTS = ['done', 'accepted', 'failed', 'stale-epoch', 'unknown-command'] as const;
export const ReplyMessage = z.object({
  to: z.literal('reply'),
  echo: z.string(),
  id: z.string(),
  result: z.enum(RESULTS),
  epoch: z.number().int().nonnegative(),
  error: z.string().max(500).optional(),
  report: EngineReport,
});
export type ReplyMessage = z.infer<typeof ReplyMessage>;

export const ReportMessage = z.object({ to: z.string(), report: EngineReport });
