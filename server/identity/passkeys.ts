import 'server-only';
import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server';
import { DomainError } from '../kernel/errors';
import {
  type ChallengePurpose,
  findPasskey,
  insertChallenge,
  notePasskeyUse,
  passkeysOf,
  redeemChallenge,
} from './factor-store';
import { ownOrigin } from './origin';

const CHALLENGE_MS = 2 * 60_000;
const rpName = 'Going Live';
const rpID = () => new URL(ownOrigin()).hostname;

const refused = (detail: string) =>
  new DomainError('PASSKEY_REFUSED', 'That passkey was not accepted. Try again, or use a code instead.', {
    kind: 'invalid',
    detail,
  });

const keep = (challenge: string, purpose: ChallengePurpose, personId: string | null) =>
  insertChallenge({ challenge, purpose, personId, expiresAt: new Date(Date.now() + CHALLENGE_MS) });

/** The challenge a browser says it answers; whether it is ours is for the table to say. */
function challengeIn(clientDataJSON: string): string {
  try {
    const { challenge } = JSON.parse(Buffer.from(clientDataJSON, 'base64url').toString('utf8'));
    return typeof challenge === 'string' ? challenge : '';
  } catch {
    return '';
  }
}

/** What a browser needs to make a passkey for a person: discoverable, user verification required. */
export async function registrationOptions(person: {
  id: string;
  email: string;
  name: string;
}): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const known = await passkeysOf(person.id);
  const options = await generateRegistrationOptions({
    rpName,
    rpID: rpID(),
    userName: person.email,
    userDisplayName: person.name,
    userID: new TextEncoder().encode(person.id),
    attestationType: 'none',
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
    excludeCredentials: known.map(({ id, transports }) => ({ id, transports: transports as never })),
  });
  await keep(options.challenge, 'register', person.id);
  return options;
}

export type NewPasskey = { id: string; publicKey: string; counter: number; transports: string[] };

/** The credential in a browser's answer, if it answers a live challenge made for this person; throws PASSKEY_REFUSED. */
export async function verifyRegistration(personId: string, response: RegistrationResponseJSON): Promise<NewPasskey> {
  const challenge = challengeIn(response.response.clientDataJSON);
  const known = await redeemChallenge(challenge, 'register', new Date());
  if (known?.personId !== personId) throw refused('stale or foreign challenge');
  const result = await verifyRegistrationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: ownOrigin(),
    expectedRPID: rpID(),
    requireUserVerification: true,
  }).catch((error: Error) => {
    throw refused(error.message);
  });
  if (!result.verified) throw refused('not verified');
  const { id, publicKey, counter, transports } = result.registrationInfo.credential;
  return { id, publicKey: Buffer.from(publicKey).toString('base64url'), counter, transports: transports ?? [] };
}

/** What a browser needs to show a passkey: at sign-in whichever it has, at step-up one of this person. */
export async function authenticationOptions(
  purpose: 'sign-in' | 'step-up',
  personId: string | null,
): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const own = personId ? await passkeysOf(personId) : [];
  const options = await generateAuthenticationOptions({
    rpID: rpID(),
    userVerification: 'required',
    allowCredentials: own.map(({ id, transports }) => ({ id, transports: transports as never })),
  });
  await keep(options.challenge, purpose, personId);
  return options;
}

/** The person who showed a passkey; throws PASSKEY_REFUSED for a stale, reused or foreign challenge or a wrong signature. */
export async function verifyAuthentication(
  purpose: 'sign-in' | 'step-up',
  response: AuthenticationResponseJSON,
): Promise<{ personId: string; passkeyId: string }> {
  const now = new Date();
  const challenge = challengeIn(response.response.clientDataJSON);
  const known = await redeemChallenge(challenge, purpose, now);
  if (!known) throw refused('stale, reused or unknown challenge');
  const passkey = await findPasskey(response.id);
  if (!passkey || (known.personId !== null && known.personId !== passkey.personId)) throw refused('unknown passkey');
  const result = await verifyAuthenticationResponse({
    response,
    expectedChallenge: challenge,
    expectedOrigin: ownOrigin(),
    expectedRPID: rpID(),
    requireUserVerification: true,
    credential: {
      id: passkey.id,
      publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
      counter: passkey.counter,
      transports: passkey.transports as never,
    },
  }).catch((error: Error) => {
    throw refused(error.message);
  });
  if (!result.verified) throw refused('not verified');
  await notePasskeyUse(passkey.id, result.authenticationInfo.newCounter, now);
  return { personId: passkey.personId, passkeyId: passkey.id };
}
