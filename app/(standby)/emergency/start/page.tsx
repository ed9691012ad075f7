import type { Metadata } from 'next';
import { headers } from 'next/headers';
import { Standby } from '@/components/emergency/standby';
import { standbyOf } from '@/server/emergency/standby-actions';

export const metadata: Metadata = { title: 'Start an emergency' };

/** The press alone, outside the console: it opens within seconds while the database is down or frozen. */
export default async function StandbyPage() {
  return <Standby standby={await standbyOf({ headers: new Headers(await headers()) })} />;
}
