'use client';
import { createContext, type ReactNode, useContext } from 'react';

export type ChosenPortfolio = { id: string; name: string; baseCurrency: string; timeZone: string };

export const PORTFOLIO_COOKIE = 'going-live.portfolio';
const YEAR_SECONDS = 31_536_000;

const PortfolioContext = createContext<{ chosen: ChosenPortfolio | null; all: ChosenPortfolio[] }>({
  chosen: null,
  all: [],
});

export function PortfolioProvider({
  chosen,
  all,
  children,
}: {
  chosen: ChosenPortfolio | null;
  all: ChosenPortfolio[];
  children: ReactNode;
}) {
  return <PortfolioContext value={{ chosen, all }}>{children}</PortfolioContext>;
}

/** The portfolio the pages are about; null where there is none yet, or none this person may see. */
export const usePortfolio = (): ChosenPortfolio | null => useContext(PortfolioContext).chosen;

export const usePortfolioId = (): string | null => usePortfolio()?.id ?? null;

export const usePortfolios = (): ChosenPortfolio[] => useContext(PortfolioContext).all;

/** Remembers the choice in this browser, for the server to render by; the page is then asked again. */
export function rememberPortfolio(id: string) {
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser that must work.
  document.cookie = `${PORTFOLIO_COOKIE}=${id}; path=/; max-age=${YEAR_SECONDS}; samesite=lax`;
}
