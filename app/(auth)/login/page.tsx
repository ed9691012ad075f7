import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { returnPath } from '@/components/auth/return-path';
import { SignIn } from '@/components/auth/sign-in';
import { pageContext } from '@/server/trpc/context';
import { caller } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Sign in' };

export default async function LoginPage({ searchParams }: { searchParams: Promise<{ from?: string | string[] }> }) {
  const { from } = await searchParams;
  const back = returnPath(typeof from === 'string' ? from : null);
  const [{ actor }, { needed }] = await Promise.all([pageContext(), caller().then((api) => api.identity.firstRun())]);
  if (needed) redirect('/setup');
  if (actor) redirect(back);
  return <SignIn from={back} />;
}
