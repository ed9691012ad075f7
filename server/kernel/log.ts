import pino from 'pino';

/** The process log: JSON lines on stdout. Secrets are cut out by name wherever they appear. */
export const log = pino({
  level: process.env.LOG_LEVEL ?? (process.env.NODE_ENV === 'test' ? 'silent' : 'info'),
  base: { process: process.env.GOING_LIVE_PROCESS ?? 'web' },
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
