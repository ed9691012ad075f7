'use client';
import { CSPProvider } from '@base-ui/react/csp-provider';
import { ThemeProvider } from 'next-themes';
import { NuqsAdapter } from 'nuqs/adapters/next/app';
import type { ReactNode } from 'react';
import { TrpcProvider } from './trpc';
import { ToastRegion } from './ui/toast';

/** What every page needs, signed in or not. */
export function Providers({ nonce, children }: { nonce?: string; children: ReactNode }) {
  return (
    <CSPProvider nonce={nonce}>
      <ThemeProvider attribute="data-theme" defaultTheme="system" nonce={nonce} disableTransitionOnChange>
        <NuqsAdapter>
          <TrpcProvider>
            {children}
            <ToastRegion />
          </TrpcProvider>
        </NuqsAdapter>
      </ThemeProvider>
    </CSPProvider>
  );
}
