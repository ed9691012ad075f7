'use client';
import { createContext, type ReactNode, useContext } from 'react';
import type { Grant, Role } from '@/server/kernel/actor';

export type Me = { id: string; name: string; email: string; roles: Role[]; grants: Grant[] };

const MeContext = createContext<Me | null>(null);

export function MeProvider({ me, children }: { me: Me; children: ReactNode }) {
  return <MeContext value={me}>{children}</MeContext>;
}

/** The person who is signed in. What they may do is decided on the server; this only words the page. */
export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error('useMe is for pages of the console.');
  return me;
}
