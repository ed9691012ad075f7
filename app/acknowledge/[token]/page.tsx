import type { Metadata } from 'next';
import { AcknowledgeByLink } from '@/components/alerts/acknowledge-by-link';
import { refusalOf } from '@/components/alerts/acknowledge-refusals';
import { decoded } from '@/server/kernel/decoded';
import { caller } from '@/server/trpc/rsc';

export const metadata: Metadata = { title: 'Acknowledge', robots: { index: false, follow: false } };

type Props = { params: Promise<{ token: string }>; searchParams: Promise<{ refused?: string | string[] }> };

/** Opened from a notification, mostly on a phone. Opening it changes nothing: mail scanners open links too. */
export default async function AcknowledgePage({ params, searchParams }: Props) {
  const { token } = await params;
  const { refused } = await searchParams;
  const alert = await (await caller()).alerts.behindLink({ token: (decoded(token) ?? '').slice(0, 200) });
  return <AcknowledgeByLink token={token} alert={alert} refused={refusalOf(refused)} />;
}
