import { signIn } from 'next-auth/react';

/** Exchanges the ticket of a second factor for a session; throws with words when it ran out. */
export async function openSession(ticket: string): Promise<void> {
  const answer = await signIn('credentials', { ticket, redirect: false });
  if (!answer?.ok)
    throw new Error('This step took too long or was used already. Start again from your e-mail and password.');
}
