import type { Metadata } from 'next';
import { redirect } from 'next/navigation';
import { AuthFrame } from '@/components/auth/auth-frame';
import { FirstAdmin } from '@/components/auth/first-admin';
import { Invitation } from '@/components/auth/invitation';
import { caller } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Set up' };

export default async function SetupPage({ searchParams }: { searchParams: Promise<{ invite?: string | string[] }> }) {
  const { invite } = await searchParams;
  if (typeof invite === 'string' && invite) return <Invitation invite={invite} />;
  const { needed } = await (await caller()).identity.firstRun();
  if (!needed) redirect('/login');
  return (
    <AuthFrame title="Set up Going Live" sub="First run. Nothing trades until this is done." wide>
      <FirstAdmin />
    </AuthFrame>
  );
}
