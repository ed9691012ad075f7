import { db } from '@/db/client';
import { people, roleGrants } from '@/db/schema';
import { newKey } from '../identity/api-key-format';
import { insertKey } from '../identity/api-key-store';
import type { KeyScope } from '../identity/key-scopes';
import { hashPassword } from '../identity/password';
import { seal } from '../identity/secret-box';
import { sessionCookie } from '../identity/session';
import { openSession, type SessionClaim } from '../identity/sessions';
import { issueStepUp } from '../identity/step-up';
import { tokenHash } from '../identity/tokens';
import { newTotpSecret } from '../identity/totp';
import type { Grant, KeyActor, PersonActor, Role } from '../kernel/actor';
import { newId } from '../kernel/ids';
import { inTransaction } from '../kernel/transaction';
import type { Context } from '../trpc/init';

export const FIXTURE_PASSWORD = 'a quiet harbour at dawn';
let passwordHash: Promise<string> | null = null;

export type PersonFixture = {
  id: string;
  name: string;
  email: string;
  actor: PersonActor & { sessionId: string };
  claim: SessionClaim;
  totpSecret: string;
  /** Context of a tRPC caller: `appRouter.createCaller(person.ctx)`. */
  ctx: Context;
  /** `Cookie` header of a request by this person's browser. */
  cookie: () => Promise<string>;
  /** A step-up token, as if the second factor had just been given for this operation and content. */
  stepUp: (operation: string, contentHash: string) => Promise<string>;
};

type Wish = {
  role?: Role;
  grants?: Grant[];
  portfolioId?: string | null;
  name?: string;
  email?: string;
};

/** An enrolled person with a role (viewer unless told) and a live session, in the database of this test. */
export async function personFixture(wish: Wish | Role = {}): Promise<PersonFixture> {
  const { role = 'viewer', portfolioId = null, grants, ...named } = typeof wish === 'string' ? { role: wish } : wish;
  const held = grants ?? [{ role, portfolioId }];
  const id = newId();
  const name = named.name ?? `${role} ${id.slice(-4)}`;
  const email = (named.email ?? `${id.slice(-12)}@desk.example`).toLowerCase();
  const totpSecret = newTotpSecret();
  const at = new Date();
  passwordHash ??= hashPassword(FIXTURE_PASSWORD);
  await db.insert(people).values({
    id,
    email,
    name,
    passwordHash: await passwordHash,
    totpSecretBox: seal(totpSecret, { table: 'people', id, column: 'totp_secret_box' }),
    enrolledAt: at,
    createdAt: at,
  });
  if (held.length) {
    await db
      .insert(roleGrants)
      .values(held.map((grant) => ({ ...grant, id: newId(), personId: id, grantedBy: 'job:test', grantedAt: at })));
  }
  const claim = await openSession(id, ['password', 'totp'], { ip: '127.0.0.1', userAgent: 'test' });
  if (!claim) throw new Error('no session');
  const actor = { kind: 'person' as const, personId: id, name, sessionId: claim.sessionId, grants: held };
  return {
    id,
    name,
    email,
    actor,
    claim,
    totpSecret,
    ctx: {
      actor,
      session: {
        id: claim.sessionId,
        locked: false,
        expiresAt: new Date(at.getTime() + 12 * 3_600_000),
        factors: ['password', 'totp'],
      },
      ip: '127.0.0.1',
      userAgent: 'test',
    },
    cookie: async () => (await sessionCookie(claim)).split(';')[0]!,
    stepUp: async (operation, contentHash) =>
      (await issueStepUp(actor, { operation, contentHash, factor: 'totp' }, new Date())).token,
  };
}

/** An approved API key with these scopes: its text for `Authorization: Bearer`, and the actor it stands for. */
export async function keyFixture(
  scopes: KeyScope[],
  portfolioId: string | null = null,
  engineId: string | null = null,
): Promise<{ key: string; actor: KeyActor }> {
  const { key, prefix } = newKey();
  const id = newId();
  const at = new Date();
  await inTransaction((tx) =>
    insertKey(tx, {
      id,
      name: `test ${prefix}`,
      prefix,
      secretHash: tokenHash(key),
      scopes,
      portfolioId,
      engineId,
      createdBy: 'job:test',
      createdAt: at,
      expiresAt: new Date(at.getTime() + 86_400_000),
      approvedBy: 'job:test',
      approvedAt: at,
    }),
  );
  return { key, actor: { kind: 'key', keyId: id, name: `test ${prefix}`, scopes, portfolioId, engineId } };
}
