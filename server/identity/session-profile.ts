import 'server-only';
import { type PersonActor, rolesIn } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { passkeysOf, recoveryCodesLeft } from './factor-store';
import { findPerson } from './store';

/** Who one is, by the rows as they stand now, for the shell of the pages. */
export async function meOf<S>({ actor, session }: { actor: PersonActor; session: S }) {
  const person = await findPerson(actor.personId);
  if (!person) throw notFound('Your account');
  return {
    id: person.id,
    name: person.name,
    email: person.email,
    roles: rolesIn(actor.grants, undefined),
    grants: actor.grants,
    session,
    hasPasskey: (await passkeysOf(person.id)).length > 0,
    hasTotp: person.totpSecretBox !== null,
    recoveryCodesLeft: await recoveryCodesLeft(person.id),
  };
}
