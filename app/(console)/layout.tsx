import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { LiveProvider } from '@/components/live/live-provider';
import { BottomBar } from '@/components/shell/bottom-bar';
import { MeProvider } from '@/components/shell/me';
import { Palette } from '@/components/shell/palette';
import { PortfolioProvider } from '@/components/shell/portfolio';
import { ServiceWorker } from '@/components/shell/service-worker';
import { SessionLock } from '@/components/shell/session-lock';
import { Shortcuts } from '@/components/shell/shortcuts';
import { Sidebar } from '@/components/shell/sidebar';
import { StateStrip } from '@/components/shell/state-strip';
import { Topbar } from '@/components/shell/topbar';
import { ClockProvider } from '@/components/ui/clock';
import { within } from '@/server/emergency/snapshot-actions';
import { DomainError } from '@/server/kernel/errors';
import { readNow } from '@/server/kernel/transaction';
import { chosenPortfolio, visiblePortfolios } from '@/server/trpc/chosen-portfolio';
import { pageContext } from '@/server/trpc/context';
import { caller, Hydrate, prefetch, trpc } from '@/server/trpc/rsc';

const PATIENCE_MS = 5_000;

/** Everything behind sign-in. Who is asking is read here for the page's words; each query checks it again for itself. */
export default async function ConsoleLayout({ children }: { children: ReactNode }) {
  // A frozen database answers nothing at all: the failure page, from which an emergency starts, must come up all the same.
  const seen = await within(PATIENCE_MS, pageContext());
  if (!seen) throw new DomainError('UNAVAILABLE', 'The database does not answer.');
  const { actor } = seen;
  if (!actor) {
    const from = (await headers()).get('x-path');
    redirect(from && from !== '/' ? `/login?from=${encodeURIComponent(from)}` : '/login');
  }
  const [me, all, portfolio, now] = await Promise.all([
    caller().then((api) => api.identity.me()),
    visiblePortfolios(),
    chosenPortfolio(),
    readNow(),
  ]);
  await prefetch(
    trpc.identity.me.queryOptions(),
    ...(portfolio ? [trpc.overview.strip.queryOptions({ portfolioId: portfolio.id })] : []),
  );
  return (
    <Hydrate>
      <ClockProvider serverNow={now} zone={portfolio?.timeZone ?? 'UTC'}>
        <MeProvider me={me}>
          <PortfolioProvider chosen={portfolio} all={all}>
            <a
              href="#main"
              className="sr-only z-50 rounded-sm bg-primary px-3 py-2 text-on-primary focus:not-sr-only focus:fixed focus:top-2 focus:left-2"
            >
              Skip to the page
            </a>
            <div className="md:grid md:min-h-screen md:grid-cols-[var(--size-sidebar-narrow)_minmax(0,1fr)] desk:grid-cols-[var(--size-sidebar)_minmax(0,1fr)]">
              <Sidebar />
              <div className="flex min-h-dvh min-w-0 flex-col phone:pb-[calc(var(--size-bottombar)+env(safe-area-inset-bottom))]">
                <Topbar />
                <StateStrip />
                <main id="main" tabIndex={-1} className="flex flex-1 flex-col outline-none">
                  {children}
                </main>
              </div>
            </div>
            <BottomBar />
            <Palette />
            <Shortcuts />
            <SessionLock />
            <LiveProvider />
            <ServiceWorker />
          </PortfolioProvider>
        </MeProvider>
      </ClockProvider>
    </Hydrate>
  );
}
