/** What a caller may do about it; mapped to tRPC and HTTP in one place (`server/trpc/errors.ts`). */
export type ErrorKind =
  | 'unauthenticated'
  | 'locked'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'invalid'
  | 'too-large'
  | 'too-many'
  | 'unavailable';

const KIND_OF_CODE: Record<string, ErrorKind> = {
  UNAUTHENTICATED: 'unauthenticated',
  SESSION_LOCKED: 'locked',
  FORBIDDEN: 'forbidden',
  SELF_APPROVAL: 'forbidden',
  NOT_FOUND: 'not-found',
  INVALID: 'invalid',
  TOO_LARGE: 'too-large',
  TOO_MANY: 'too-many',
  UNAVAILABLE: 'unavailable',
};

/**
 * An expected outcome that names its situation, such as `ALREADY_SIGNED` or `GATE_CLOSED`.
 *
 * `message` is for the operator and says what to do next; `detail` is for the log only; `data` is structured and may be
 * shown; `data.fields` ({name: [text]}) lands on the fields of a form. `kind` defaults from the code, and to `conflict` for codes of the domains.
 */
export class DomainError extends Error {
  readonly kind: ErrorKind;
  readonly detail?: string;
  readonly data?: Record<string, unknown>;
  constructor(
    readonly code: string,
    message: string,
    options: { kind?: ErrorKind; detail?: string; data?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.name = 'DomainError';
    this.kind = options.kind ?? KIND_OF_CODE[code] ?? 'conflict';
    this.detail = options.detail;
    this.data = options.data;
  }
}

export const notFound = (what: string) =>
  new DomainError('NOT_FOUND', `${what} was not found. It may have been removed, or you may not see its portfolio.`);

/** For the default branch of a closed union: the compiler says what is missing, the run says it loudly. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
