'use client';
import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '../trpc';
import type { GlyphName } from '../ui/glyph';
import { usePortfolioId } from './portfolio';

export type Found = { key: string; title: string; detail: string; href: string; glyph: GlyphName };

/** Things that can be opened by name or number; asked when the palette opens, from what other pages have already read. */
export function useFound(): Found[] {
  const trpc = useTRPC();
  const portfolioId = usePortfolioId();
  const launches = useQuery(trpc.launches.list.queryOptions());
  const strategies = useQuery(trpc.strategies.list.queryOptions());
  const alerts = useQuery(trpc.alerts.list.queryOptions({ portfolioId }));
  return [
    ...(launches.data ?? []).map((launch) => ({
      key: launch.id,
      title: `${launch.number} ${launch.name} ${launch.version}`,
      detail: 'Launch',
      href: `/launches/${launch.id}`,
      glyph: 'launch' as const,
    })),
    ...(strategies.data ?? []).map((strategy) => ({
      key: strategy.id,
      title: strategy.name,
      detail: `Strategy · ${strategy.portfolioName}`,
      href: `/strategies/${strategy.id}`,
      glyph: 'strategy' as const,
    })),
    ...(alerts.data?.items ?? []).map((alert) => ({
      key: alert.id,
      title: `${alert.number} ${alert.title}`,
      detail: `Alert · ${alert.place}`,
      href: `/alerts/${alert.id}`,
      glyph: 'bell' as const,
    })),
  ];
}
