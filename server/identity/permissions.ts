import { type Grant, ROLE_LABEL, type Role, rolesIn } from '../kernel/actor';

/** How a role may do an action: alone, as one of two people, by proposing only, or alone on strategies it owns. */
export type Leave = 'alone' | 'one-of-two' | 'propose' | 'own';

const V = 'viewer',
  E = 'engineer',
  Q = 'quant',
  R = 'risk-officer',
  M = 'manager',
  B = 'board',
  A = 'admin';
type Row = Partial<Record<Role, Leave>>;

const all = (leave: Leave): Row => ({
  [V]: leave,
  [E]: leave,
  [Q]: leave,
  [R]: leave,
  [M]: leave,
  [B]: leave,
  [A]: leave,
});
const give = (leave: Leave, ...roles: Role[]): Row => Object.fromEntries(roles.map((role) => [role, leave]));

/** Roles x actions: the one table of who may do what. What is not named is refused. */
export const PERMISSIONS = {
  read: all('alone'),
  'self.manage': all('alone'),
  'strategy.edit': give('alone', E, Q),
  'evidence.import': give('alone', E, Q),
  'launch.edit': give('alone', E, Q, R, M, A),
  'checklist.attach': give('alone', E, Q, R, M, A),
  'checklist.sign': give('one-of-two', E, Q, R, M, A),
  'waiver.propose': { ...give('propose', E, Q), ...give('one-of-two', R, M) },
  'waiver.approve': give('one-of-two', R, M),
  'runbook.record': give('alone', E),
  'phase.approve': give('one-of-two', E, R, M),
  'tranche.approve': give('one-of-two', R, M),
  'launch.promote': { ...give('alone', E, R, M), ...give('own', Q) },
  'launch.demote': { ...give('alone', E, R, M), ...give('own', Q) },
  'launch.break-glass': give('alone', R, M),
  'limit.tighten': { ...give('alone', E, R, M), ...give('own', Q) },
  'limit.loosen': { ...give('propose', Q), ...give('one-of-two', R, M) },
  'instrument.correct': give('one-of-two', R, M),
  'breach.decide': give('alone', R, M),
  'alert.acknowledge': give('alone', E, Q, R, M, B),
  'alert.silence': give('alone', E, R, M),
  'trading.restrict': { ...give('alone', E, R, M, B), ...give('own', Q) },
  'trading.lift-reducing': give('alone', R),
  'trading.lift-halt': give('one-of-two', R, M),
  'emergency.start-high': { ...give('alone', E, R, M, B, A), ...give('own', Q) },
  'emergency.start-critical': { ...give('alone', E, R, M), ...give('own', Q) },
  'emergency.resume': give('one-of-two', R, M, B),
  'position.exit': give('alone', R, M),
  'sizing.run': { ...give('alone', E, R), ...give('own', Q) },
  'cash-flow.record': { ...give('propose', E, Q), ...give('one-of-two', R, M) },
  'baseline.approve': { ...give('propose', E, Q), ...give('one-of-two', R, M) },
  'incident.open': give('alone', E, Q, R, M),
  'incident.close': give('alone', R, M, B),
  'people.manage': { ...give('one-of-two', M, B), ...give('propose', A) },
  'people.invite': give('alone', A),
  'key.manage': { ...give('one-of-two', R), ...give('alone', A) },
  'channel.manage': { ...give('one-of-two', R), ...give('alone', A) },
  'engine.manage': { ...give('one-of-two', R), ...give('alone', A) },
  'portfolio.manage': give('alone', A),
  'portfolio.change': give('alone', R, A),
  'policy.edit': { ...give('one-of-two', R, M), ...give('propose', A) },
  'audit.verify': all('alone'),
  'dossier.export': give('alone', Q, R, M, B),
} satisfies Record<string, Row>;

export type Action = keyof typeof PERMISSIONS;
export const ACTIONS = Object.keys(PERMISSIONS) as Action[];

const STRENGTH: Record<Leave, number> = { alone: 3, own: 2, 'one-of-two': 1, propose: 0 };

/** The strongest leave that one role has for an action, or null. Pure; a viewer may nothing but read. */
export const can = (role: Role, action: Action): Leave | null => (PERMISSIONS[action] as Row)[role] ?? null;

/**
 * The strongest leave a person has for an action in a portfolio (null: the whole firm; undefined: anywhere), or null when refused.
 * `own` counts only where `ownsStrategy` is true.
 */
export function leaveFor(
  grants: Grant[],
  action: Action,
  portfolioId: string | null | undefined,
  ownsStrategy = false,
): Leave | null {
  let best: Leave | null = null;
  for (const role of rolesIn(grants, portfolioId)) {
    const leave = can(role, action);
    if (!leave || (leave === 'own' && !ownsStrategy)) continue;
    if (best === null || STRENGTH[leave] > STRENGTH[best]) best = leave;
  }
  return best;
}

/** Who could do it, in words: "Risk officer or Manager". */
export function rolesThatMay(action: Action): string {
  const names = (Object.keys(PERMISSIONS[action]) as Role[]).map((role) => ROLE_LABEL[role]);
  return names.length < 2 ? (names[0] ?? 'nobody') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;
}
