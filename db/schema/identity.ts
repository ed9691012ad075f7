import { bigint, boolean, index, integer, jsonb, pgTable, text, unique, uuid } from 'drizzle-orm/pg-core';
import { id, instant } from './columns';

export const people = pgTable('people', {
  id: id(),
  email: text().notNull().unique(),
  name: text().notNull(),
  passwordHash: text().notNull(),
  /** AES-256-GCM box bound to this row; null until enrolled. */
  totpSecretBox: text(),
  totpLastStep: bigint({ mode: 'number' }).notNull().default(0),
  enrolledAt: instant(),
  disabledAt: instant(),
  phone: text(),
  isDemo: boolean().notNull().default(false),
  createdAt: instant().notNull(),
});

export const roleGrants = pgTable(
  'role_grants',
  {
    id: id(),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    role: text().notNull(),
    portfolioId: uuid(),
    grantedBy: text().notNull(),
    grantedAt: instant().notNull(),
    revokedAt: instant(),
    revokedBy: text(),
  },
  (t) => [index('role_grants_person').on(t.personId)],
);

/** A proposed grant of R, M, B or A waits here for the second person. */
export const grantProposals = pgTable('grant_proposals', {
  id: id(),
  personId: uuid()
    .notNull()
    .references(() => people.id),
  role: text().notNull(),
  portfolioId: uuid(),
  change: text({ enum: ['grant', 'revoke'] }).notNull(),
  proposedBy: uuid().notNull(),
  proposedAt: instant().notNull(),
  approvals: jsonb().$type<{ personId: string; at: string }[]>().notNull().default([]),
  decidedAt: instant(),
  outcome: text({ enum: ['granted', 'rejected', 'expired'] }),
});

export const sessions = pgTable(
  'sessions',
  {
    id: id(),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    tokenHash: text().notNull(),
    previousTokenHash: text(),
    rotatedAt: instant(),
    createdAt: instant().notNull(),
    lastInputAt: instant().notNull(),
    expiresAt: instant().notNull(),
    revokedAt: instant(),
    revokedWhy: text(),
    factors: text().array().notNull(),
    userAgent: text().notNull().default(''),
    ip: text().notNull().default(''),
  },
  (t) => [index('sessions_person').on(t.personId), unique('sessions_token').on(t.tokenHash)],
);

export const signInTickets = pgTable('sign_in_tickets', {
  hash: text().primaryKey(),
  personId: uuid()
    .notNull()
    .references(() => people.id, { onDelete: 'cascade' }),
  purpose: text({ enum: ['second-factor', 'enrol', 'session', 'invite'] }).notNull(),
  factors: text().array().notNull(),
  secretBox: text(),
  expiresAt: instant().notNull(),
  usedAt: instant(),
});

export const recoveryCodes = pgTable(
  'recovery_codes',
  {
    id: id(),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    hash: text().notNull(),
    createdAt: instant().notNull(),
    usedAt: instant(),
    voidedAt: instant(),
  },
  (t) => [index('recovery_codes_person').on(t.personId)],
);

export const passkeys = pgTable(
  'passkeys',
  {
    id: text().primaryKey(),
    personId: uuid()
      .notNull()
      .references(() => people.id),
    name: text().notNull(),
    publicKey: text().notNull(),
    counter: bigint({ mode: 'number' }).notNull(),
    transports: text().array().notNull(),
    createdAt: instant().notNull(),
    lastUsedAt: instant(),
    removedAt: instant(),
  },
  (t) => [index('passkeys_person').on(t.personId)],
);

export const webauthnChallenges = pgTable('webauthn_challenges', {
  challenge: text().primaryKey(),
  purpose: text({ enum: ['register', 'sign-in', 'step-up'] }).notNull(),
  personId: uuid(),
  expiresAt: instant().notNull(),
  usedAt: instant(),
});

/** Wrong attempts per factor of an account (or of an unknown e-mail), counted across instances. */
export const factorThrottles = pgTable('factor_throttles', {
  key: text().primaryKey(),
  /** Instants (ISO) of the tries that still count: at most five. */
  recent: jsonb().$type<string[]>().notNull(),
  lastTryAt: instant().notNull(),
  consecutive: integer().notNull(),
  lockedUntil: instant(),
  hardLockedAt: instant(),
});

export const stepUps = pgTable('step_ups', {
  hash: text().primaryKey(),
  personId: uuid().notNull(),
  sessionId: uuid().notNull(),
  operation: text().notNull(),
  contentHash: text().notNull(),
  factor: text().notNull(),
  createdAt: instant().notNull(),
  expiresAt: instant().notNull(),
  usedAt: instant(),
});

export const apiKeys = pgTable('api_keys', {
  id: id(),
  name: text().notNull(),
  prefix: text().notNull().unique(),
  secretHash: text().notNull(),
  scopes: text().array().notNull(),
  portfolioId: uuid(),
  /** Orders asked for with it are those of this engine's strategies; null: of any engine of its portfolios. */
  engineId: uuid(),
  createdBy: text().notNull(),
  createdAt: instant().notNull(),
  expiresAt: instant().notNull(),
  lastUsedAt: instant(),
  lastUsedFrom: text(),
  revokedAt: instant(),
  revokedBy: text(),
  replacesId: uuid(),
  /** Keys with a trading scope wait for a risk officer. */
  approvedBy: text(),
  approvedAt: instant(),
});
