import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server';
import { z } from 'zod';
import { ROLES } from '../kernel/actor';

/** Shapes of sign-in that several procedures share. What a browser's authenticator says is checked by its own library. */
export const AuthenticationResponse = z.custom<AuthenticationResponseJSON>(
  (value) => z.object({ id: z.string(), response: z.object({ clientDataJSON: z.string() }) }).safeParse(value).success,
);
export const RegistrationResponse = z.custom<RegistrationResponseJSON>(
  (value) => z.object({ id: z.string(), response: z.object({ clientDataJSON: z.string() }) }).safeParse(value).success,
);

export const Ticket = z.string().min(20).max(100);
export const Code = z.string().trim().min(1).max(40);
export const Email = z.string().trim().max(254).pipe(z.email('This is not an e-mail address.'));
export const PersonName = z.string().trim().min(1, 'A name is needed.').max(120);
/** Its rules are the domain's; here only what would be absurd to hash. */
export const Password = z.string().min(1, 'Enter a password.').max(1024);

export const Proof = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('totp'), code: Code }),
  z.object({ kind: z.literal('passkey'), response: AuthenticationResponse }),
]);

export const RoleName = z.enum(ROLES);
export const GrantShape = z.object({ role: RoleName, portfolioId: z.uuid().nullable() });
