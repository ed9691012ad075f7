'use client';
import { PageFailure } from '@/components/shell/page-failure';

export default function RootError({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return (
    <main>
      <PageFailure digest={error.digest} retry={reset} />
    </main>
  );
}
