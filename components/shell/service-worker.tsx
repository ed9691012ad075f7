'use client';
import { useEffect } from 'react';

/** Registers the service worker: an offline page that says what is known, and notifications. */
export function ServiceWorker() {
  useEffect(() => {
    // A browser without one, or in private mode, works the same while it is online.
    navigator.serviceWorker?.register('/sw.js').catch(() => {});
  }, []);
  return null;
}
