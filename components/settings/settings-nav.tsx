'use client';
import { usePathname } from 'next/navigation';
import { Tabs } from '../ui/page';

const PAGES = [
  { key: 'account', label: 'My account' },
  { key: 'people', label: 'People' },
  { key: 'keys', label: 'API keys' },
  { key: 'portfolios', label: 'Portfolios' },
  { key: 'instruments', label: 'Instruments' },
  { key: 'engines', label: 'Engines' },
  { key: 'channels', label: 'Channels' },
  { key: 'policies', label: 'Policies' },
  { key: 'about', label: 'About' },
].map((page) => ({ ...page, href: `/settings/${page.key}` }));

/** The pages of the settings, each with its address. */
export function SettingsNav() {
  const current = usePathname().split('/')[2] ?? 'account';
  return <Tabs label="Settings" tabs={PAGES} current={current} />;
}
