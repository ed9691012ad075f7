'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { useRouter } from 'next/navigation';
import { useEffect } from 'react';
import { usePortfolioId } from '../shell/portfolio';
import { useTRPC } from '../trpc';

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** `j` and `k` go through the open alerts, `a` presses Acknowledge. They rest while somebody types. */
export function AlertKeys({ selectedId }: { selectedId: string | null }) {
  const trpc = useTRPC();
  const router = useRouter();
  const portfolioId = usePortfolioId();
  const { items } = useSuspenseQuery(trpc.alerts.list.queryOptions({ portfolioId })).data;
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.metaKey || event.ctrlKey || event.altKey || event.repeat || isTyping(event.target)) return;
      if (document.documentElement.dataset.singleKeys === 'off') return;
      if (event.key === 'a') document.querySelector<HTMLButtonElement>('[data-acknowledge]')?.focus();
      if (event.key === 'a') document.querySelector<HTMLButtonElement>('[data-acknowledge]')?.click();
      if (event.key !== 'j' && event.key !== 'k') return;
      const at = items.findIndex((item) => item.id === selectedId);
      const next = items[at + (event.key === 'j' ? 1 : -1)];
      if (next) router.push(`/alerts/${next.id}`, { scroll: false });
    };
    document.addEventListener('keydown', press);
    return () => document.removeEventListener('keydown', press);
  }, [items, selectedId, router]);
  return null;
}
