'use client';
import { useRouter } from 'next/navigation';
import { useEffect, useRef } from 'react';
import { rememberPortfolio, usePortfolioId, usePortfolios } from './portfolio';

/**
 * A page about something of one portfolio brings the window to that portfolio, so that the strip, the counts and every
 * link beside it speak of the same. Once per page: a choice made on it stands.
 */
export function FollowPortfolio({ id }: { id: string | null }) {
  const chosen = usePortfolioId();
  const isVisible = usePortfolios().some((one) => one.id === id);
  const router = useRouter();
  const followed = useRef<string | null>(null);
  useEffect(() => {
    if (!id || !isVisible || followed.current === id) return;
    followed.current = id;
    if (id === chosen) return;
    rememberPortfolio(id);
    router.refresh();
  }, [id, isVisible, chosen, router]);
  return null;
}
