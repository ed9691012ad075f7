'use client';
import { useState } from 'react';
import type { SizingView } from '@/server/risk/sizing/sizing-request';
import { MainAndSide, Region } from '../ui/page';
import { RegionBoundary } from '../ui/region-boundary';
import { EmptyState } from '../ui/states';
import { DeniedOrders } from './denied-orders';
import { ExitPermit } from './exit-permit';
import { OpenReservations } from './open-reservations';
import { SizingForm } from './sizing-form';
import { SizingHistory } from './sizing-history';
import { SizingInputs } from './sizing-inputs';
import { SizingResult } from './sizing-result';

/** Sizing a position: the question, the target with its trace, what went into it, and who asked before. */
export function SizingScreen({ portfolioId, currency }: { portfolioId: string; currency: string }) {
  const [view, setView] = useState<SizingView | null>(null);
  return (
    <MainAndSide
      sideLast
      main={
        <>
          <Region title="Position to size">
            <RegionBoundary label="What can be sized" rows={3}>
              <SizingForm portfolioId={portfolioId} onSized={setView} />
            </RegionBoundary>
          </Region>
          {/* Said when it changes, since the answer appears away from the button. */}
          <div aria-live="polite" className="flex flex-col gap-px !bg-line">
            {view ? (
              <SizingResult view={view} />
            ) : (
              <Region title="Target">
                <EmptyState title="Nothing sized here yet.">
                  Capital, quarter of Kelly, the cap per position, volatility, what is free, and the lot: each step is
                  shown with its numbers and the one that was binding.
                </EmptyState>
              </Region>
            )}
          </div>
          <Region title="Denied orders" end={<span>last 7 days</span>} flush>
            <RegionBoundary label="Denied orders" rows={4}>
              <DeniedOrders portfolioId={portfolioId} currency={currency} />
            </RegionBoundary>
          </Region>
          <Region title="Sized before" flush>
            <RegionBoundary label="Sizings" rows={4}>
              <SizingHistory portfolioId={portfolioId} onOpen={setView} openId={view?.id} />
            </RegionBoundary>
          </Region>
        </>
      }
      side={
        <>
          {view && (
            <Region title="Inputs" end={<span>age or source</span>} flush>
              <SizingInputs view={view} />
            </Region>
          )}
          <Region title="Capital promised to orders" flush>
            <RegionBoundary label="What is promised" rows={3}>
              <OpenReservations portfolioId={portfolioId} currency={currency} />
            </RegionBoundary>
          </Region>
          <Region title="Exit under a halt">
            <RegionBoundary label="Exits" rows={2}>
              <ExitPermit portfolioId={portfolioId} />
            </RegionBoundary>
          </Region>
        </>
      }
    />
  );
}
