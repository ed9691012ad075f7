import { Tabs } from '../ui/page';

const TABS = [
  { key: 'inbox', label: 'Mail', href: '/demo/inbox' },
  { key: 'receiver', label: 'Webhooks', href: '/demo/receiver' },
];

export const DemoTabs = ({ current }: { current: string }) => <Tabs label="Demo" tabs={TABS} current={current} />;
