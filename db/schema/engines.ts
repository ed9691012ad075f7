import { bigint, boolean, index, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from './columns';

/** A registered endpoint of the trading stack; it may hold several roles. */
export const engines = pgTable(
  'engines',
  {
    id: id(),
    portfolioId: uuid().notNull(),
    name: text().notNull(),
    adapter: text({ enum: ['standard-webhook'] }).notNull(),
    url: text().notNull(),
    roles: text().array().notNull(),
    secretBox: text().notNull(),
    previousSecretBox: text(),
    previousSecretUntil: instant(),
    isDrillTarget: boolean().notNull().default(false),
    /** Highest epoch this engine has answered with. */
    epoch: bigint({ mode: 'number' }).notNull().default(0),
    /** Highest epoch given to a command for it; an answer may run ahead of it, never behind. */
    issuedEpoch: bigint({ mode: 'number' }).notNull().default(0),
    lastHeartbeatAt: instant(),
    /** What it last said: state, digest, working orders, positions, capital, lease. */
    lastReport: jsonb(),
    lastAnswerMs: integer(),
    lastError: text(),
    lastErrorAt: instant(),
    createdBy: text().notNull(),
    createdByName: text().notNull(),
    createdAt: instant().notNull(),
    /** A risk officer other than the registrar; before it nothing but questions is sent. */
    approvedBy: text(),
    approvedByName: text(),
    approvedAt: instant(),
    disabledAt: instant(),
  },
  (t) => [unique('engines_name').on(t.portfolioId, t.name)],
);

/** A command to an engine: its id is the idempotency key the engine sees. */
export const engineCommands = pgTable(
  'engine_commands',
  {
    id: id(),
    engineId: uuid()
      .notNull()
      .references(() => engines.id),
    idempotencyKey: text().notNull().unique(),
    type: text().notNull(),
    scope: jsonb().notNull(),
    params: jsonb().notNull(),
    cause: jsonb().notNull(),
    epoch: bigint({ mode: 'number' }).notNull(),
    /** Refused as stale and sent again above the engine's epoch; happens once. */
    epochResent: boolean().notNull().default(false),
    state: text({ enum: ['pending', 'sent', 'accepted', 'confirmed', 'failed', 'unknown', 'superseded'] }).notNull(),
    createdAt: instant().notNull(),
    nextAttemptAt: instant(),
    attempts: integer().notNull().default(0),
    leaseUntil: instant(),
    fence: bigint({ mode: 'number' }).notNull().default(0),
    sentAt: instant(),
    answeredAt: instant(),
    answer: jsonb(),
    error: text(),
  },
  (t) => [
    index('engine_commands_due').on(t.state, t.nextAttemptAt),
    index('engine_commands_engine').on(t.engineId, t.createdAt),
  ],
);

/** Ids of signed messages already seen from engines: a replay is refused. */
export const seenMessages = pgTable('seen_messages', {
  id: text().primaryKey(),
  engineId: uuid().notNull(),
  seenAt: instant().notNull(),
});
