import { TRPCError } from '@trpc/server';
import { ZodError, z } from 'zod';
import { DomainError, type ErrorKind } from '../kernel/errors';
import { log } from '../kernel/log';
import type { MachineAnswer } from './machine-request';

const TRPC_CODE: Record<ErrorKind, TRPCError['code']> = {
  unauthenticated: 'UNAUTHORIZED',
  locked: 'UNAUTHORIZED',
  forbidden: 'FORBIDDEN',
  'not-found': 'NOT_FOUND',
  conflict: 'CONFLICT',
  invalid: 'UNPROCESSABLE_CONTENT',
  'too-large': 'PAYLOAD_TOO_LARGE',
  'too-many': 'TOO_MANY_REQUESTS',
  unavailable: 'SERVICE_UNAVAILABLE',
};

const HTTP_STATUS: Record<ErrorKind, number> = {
  unauthenticated: 401,
  locked: 401,
  forbidden: 403,
  'not-found': 404,
  conflict: 409,
  invalid: 422,
  'too-large': 413,
  'too-many': 429,
  unavailable: 503,
};

export const toTrpcError = (error: DomainError): TRPCError =>
  new TRPCError({ code: TRPC_CODE[error.kind], message: error.message, cause: error });

const AS_SHOWN =
  'Something failed on our side. Nothing was changed by this request; try again, and tell an engineer if it stays.';

/** What a browser learns of an error: the domain code and its data, field errors of the input, never a stack or SQL. */
export function shapeOf(shape: { message: string; data: object }, error: TRPCError) {
  const cause = error.cause;
  const data: Record<string, unknown> = { ...shape.data, stack: undefined };
  if (cause instanceof DomainError)
    return {
      message: cause.message,
      data: { ...data, domainCode: cause.code, details: cause.data, fields: cause.data?.fields },
    };
  if (cause instanceof ZodError) {
    return {
      message: 'Some fields need another look.',
      data: { ...data, domainCode: 'INVALID', fields: z.flattenError(cause).fieldErrors },
    };
  }
  return error.code === 'INTERNAL_SERVER_ERROR' ? { message: AS_SHOWN, data } : { message: shape.message, data };
}

/** RFC 9457 answer of a machine route; what was not expected is told to the log only. `retryAfterSeconds` sets Retry-After on 429 and 503. */
export function refusal(error: unknown, instance?: string): MachineAnswer {
  const known = error instanceof DomainError ? error : null;
  if (!known) log.error({ path: instance, err: error }, 'request failed');
  else if (known.detail) log.warn({ path: instance, refusal: known.code, detail: known.detail }, known.message);
  const status = known ? HTTP_STATUS[known.kind] : 500;
  const body = {
    ...(known?.data ?? {}),
    type: 'about:blank',
    title: known?.code ?? 'INTERNAL',
    status,
    detail: known?.message ?? AS_SHOWN,
    ...(instance ? { instance } : {}),
  };
  const retry = known?.data?.retryAfterSeconds;
  const headers = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    ...(typeof retry === 'number' ? { 'retry-after': String(retry) } : {}),
    ...(status === 401 ? { 'www-authenticate': 'Bearer' } : {}),
  };
  return { status, headers, body: JSON.stringify(body) };
}

/** The same as the page server answers it. */
export function problem(error: unknown, instance?: string): Response {
  const { status, headers, body } = refusal(error, instance);
  return new Response(body, { status, headers });
}
