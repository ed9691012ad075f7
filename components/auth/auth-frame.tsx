import type { ReactNode } from 'react';
import { Brand } from '../shell/brand';

/** A page before the console: the mark, one question, and what to know about it. */
export function AuthFrame({
  title,
  sub,
  wide = false,
  children,
  foot,
}: {
  title: string;
  sub?: ReactNode;
  wide?: boolean;
  children: ReactNode;
  foot?: ReactNode;
}) {
  return (
    <main className="mx-auto flex min-h-dvh flex-col px-4 py-10 md:py-18" style={{ maxWidth: wide ? 520 : 380 }}>
      <div className="mb-10 flex items-center gap-2 font-semibold tracking-[-0.01em]">
        <Brand />
      </div>
      <h1 className="text-xl font-semibold tracking-[-0.015em]">{title}</h1>
      {sub && <p className="mt-1 text-ink-2">{sub}</p>}
      <div className="mt-5">{children}</div>
      {foot && <p className="mt-auto pt-12 text-xs text-ink-3">{foot}</p>}
    </main>
  );
}
