'use client';
import { useState } from 'react';
import type { CorrelationView } from '@/server/risk/views/view';
import { Button } from '../ui/button';
import { Status } from '../ui/status';
import { Time } from '../ui/time';
import { AcceptUnknownPanel } from './accept-unknown-panel';

/** Pairs without a correlation: each holds back a step from 50 % to 100 % until a risk officer accepts that by name. */
export function UnknownPairs({ portfolioId, view }: { portfolioId: string; view: CorrelationView }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const unknown = view.pairs.filter((pair) => pair.acceptance !== null);
  if (unknown.length === 0) return null;
  const nameOf = (id: string) => view.names.find((one) => one.id === id)?.name ?? id;
  const pair = unknown.find((one) => one.acceptance?.subject === chosen);
  return (
    <>
      <p className="mt-3 text-xs text-ink-2">
        An unknown pair holds back capital from 50 % to 100 % until a Risk officer accepts it by name.
      </p>
      <ul className="mt-1 grid gap-2">
        {unknown.map((one) => (
          <li key={one.acceptance?.subject} className="flex flex-wrap items-baseline justify-between gap-x-3 gap-y-1">
            <span>
              {nameOf(one.left)} / {nameOf(one.right)}
            </span>
            {one.acceptedUntil ? (
              <span className="text-xs text-ink-2">
                <Status kind="waived">Accepted</Status> by {one.acceptedBy}, until{' '}
                <Time at={one.acceptedUntil} withDate />
              </span>
            ) : (
              <Button size="sm" onClick={() => setChosen(one.acceptance?.subject ?? null)}>
                Accept unknown…
              </Button>
            )}
          </li>
        ))}
      </ul>
      {pair?.acceptance && (
        <AcceptUnknownPanel
          portfolioId={portfolioId}
          pair={`${nameOf(pair.left)} / ${nameOf(pair.right)}`}
          acceptance={pair.acceptance}
          overlap={pair.overlap}
          onClose={() => setChosen(null)}
        />
      )}
    </>
  );
}
