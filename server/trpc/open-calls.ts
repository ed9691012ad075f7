import { DomainError } from '../kernel/errors';
import { toTrpcError } from './errors';
import type { Meta } from './init';

type Call = { path: string; procedure: { _def: { meta?: unknown } } | null };

/** A request carries one call at most that needs no session: our own pages never send two, and each costs like a sign-in. */
export function assertOneOpenCall(calls: readonly Call[]): void {
  const open = calls.filter(({ procedure }) => (procedure?._def.meta as Meta | undefined)?.access === 'anyone');
  if (open.length > 1)
    throw toTrpcError(
      new DomainError('INVALID', 'One request signs one person in. Send each call in a request of its own.'),
    );
}
