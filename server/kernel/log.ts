import pino, { stdSerializers } from 'pino';

/** Drivers hang the values of a statement onto its error, and its message may quote them: what failed is told without. */
const OF_STATEMENTS = ['params', 'parameters', 'query', 'args', 'detail', 'where'];

const PARAMS = /\nparams: [\s\S]*?(?=\n {4}at |\ncaused by: |$)/g;

/** An error as it is logged: type, message, stack and the message of its cause, without the values of a statement. */
export function loggedError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const told = Object.entries(stdSerializers.err(error)).filter(([name]) => !OF_STATEMENTS.includes(name));
  const kept: Record<string, unknown> = Object.fromEntries(told);
  for (const name of ['message', 'stack']) {
    if (typeof kept[name] === 'string') kept[name] = kept[name].replaceAll(PARAMS, '\nparams: [cut]');
  }
  return error.cause instanceof Error ? { ...kept, because: error.cause.message } : kept;
}

/** The process log: JSON lines on stdout. Secrets are cut out by name wherever they appear. */
export const log = pino({
  level: process.env.LOG_LEVEL ?? (process.env.NODE_ENV === 'test' ? 'silent' : 'info'),
  base: { process: process.env.GOING_LIVE_PROCESS ?? 'web' },
  serializers: { err: loggedError },
  redact: {
    paths: [
      'authorization',
      'cookie',
      'password',
      'code',
      'token',
      'secret',
      'key',
      'ticket',
      'stepUp',
      '*.authorization',
      '*.cookie',
      '*.password',
      '*.code',
      '*.token',
      '*.secret',
      '*.key',
      '*.ticket',
      '*.stepUp',
    ],
    censor: '[cut]',
  },
});
