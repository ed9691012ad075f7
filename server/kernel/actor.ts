export const ROLES = ['viewer', 'engineer', 'quant', 'risk-officer', 'manager', 'board', 'admin'] as const;
export type Role = (typeof ROLES)[number];

export const ROLE_LABEL: Record<Role, string> = {
  viewer: 'Viewer',
  engineer: 'Engineer',
  quant: 'Quant',
  'risk-officer': 'Risk officer',
  manager: 'Manager',
  board: 'Board',
  admin: 'Admin',
};

/** A role of one person, for one portfolio or (null) for all of the firm. */
export type Grant = { role: Role; portfolioId: string | null };

export type PersonActor = { kind: 'person'; personId: string; name: string; sessionId: string | null; grants: Grant[] };
/** A machine with an API key; `portfolioId` null means every portfolio, `engineId` orders of that engine only. */
export type KeyActor = {
  kind: 'key';
  keyId: string;
  name: string;
  scopes: string[];
  portfolioId: string | null;
  engineId: string | null;
};
/** A job or reaction of the product itself. */
export type JobActor = { kind: 'job'; name: string };
/** An engine, known by its signature. */
export type EngineActor = { kind: 'engine'; engineId: string; name: string };

export type Actor = PersonActor | KeyActor | JobActor | EngineActor;

export const job = (name: string): JobActor => ({ kind: 'job', name });

/** Stable text for events and rows: `person:0192…`, `key:…`, `job:limit-checks`. */
export function actorRef(actor: Actor): string {
  switch (actor.kind) {
    case 'person':
      return `person:${actor.personId}`;
    case 'key':
      return `key:${actor.keyId}`;
    case 'engine':
      return `engine:${actor.engineId}`;
    case 'job':
      return `job:${actor.name}`;
  }
}

/**
 * Roles of a person that count in a portfolio; with null those that count for the whole firm, which no grant for one
 * portfolio gives; with undefined those held anywhere.
 */
export function rolesIn(grants: Grant[], portfolioId: string | null | undefined): Role[] {
  const held = grants.filter(
    (g) => g.portfolioId === null || portfolioId === undefined || g.portfolioId === portfolioId,
  );
  return ROLES.filter((role) => held.some((g) => g.role === role));
}
