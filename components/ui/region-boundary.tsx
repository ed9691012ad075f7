'use client';
import { QueryErrorResetBoundary } from '@tanstack/react-query';
import { Component, type ReactNode, Suspense } from 'react';
import { Button } from './button';
import { ErrorState, Skeleton } from './states';

type Caught = { error: Error | null };

class Catch extends Component<{ label: string; onReset: () => void; children: ReactNode }, Caught> {
  override state: Caught = { error: null };

  static getDerivedStateFromError(error: Error): Caught {
    return { error };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    const again = () => {
      this.props.onReset();
      this.setState({ error: null });
    };
    return (
      <div className="px-4 py-3">
        <ErrorState
          title={`${this.props.label} could not be shown.`}
          action={
            <Button size="sm" onClick={again}>
              Try again
            </Button>
          }
        >
          {error.message}
        </ErrorState>
      </div>
    );
  }
}

/**
 * Around what reads `useSuspenseQuery`: its first load is a skeleton of that many rows, its failure stays in this region
 * with the server's words and a second try.
 */
export function RegionBoundary({ label, rows, children }: { label: string; rows?: number; children: ReactNode }) {
  return (
    <QueryErrorResetBoundary>
      {({ reset }) => (
        <Catch label={label} onReset={reset}>
          <Suspense fallback={<Skeleton label={label} rows={rows} />}>{children}</Suspense>
        </Catch>
      )}
    </QueryErrorResetBoundary>
  );
}
