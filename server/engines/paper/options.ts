import { parseArgs } from 'node:util';
import { z } from 'zod';

const Options = z.object({
  port: z.coerce.number().int().min(0).max(65_535),
  url: z.url(),
  engine: z.string().optional(),
  secret: z.string().optional(),
  key: z.string().optional(),
  portfolio: z.string().optional(),
  account: z.string().min(1),
  from: z.iso.date(),
  speed: z.coerce.number().positive().max(600),
  ticks: z.coerce.number().int().min(2).max(390),
  equity: z.string().regex(/^\d+(\.\d+)?$/),
  hold: z.coerce.number().min(0).max(1),
  'hold-strategy': z.string().min(1),
  backfill: z.coerce.number().int().min(0).max(2_000),
  state: z.string().min(1),
  seed: z.coerce.number().int(),
});
/** `isReplay`: a date was given on the command line, so an account that exists goes on from there. */
export type PaperOptions = z.infer<typeof Options> & { isReplay: boolean };

type Flag = { env: string; standard?: string; meaning: string };
const FLAGS: Record<keyof z.infer<typeof Options>, Flag> = {
  port: { env: 'PAPER_ENGINE_PORT', standard: '4455', meaning: 'loopback port for commands' },
  url: { env: 'GOING_LIVE_URL', standard: 'http://localhost:3000', meaning: 'where Going Live is' },
  engine: { env: 'PAPER_ENGINE_ID', meaning: 'id it is registered under; without it no reports are sent' },
  secret: {
    env: 'PAPER_ENGINE_SECRET',
    meaning: 'secret (whsec_...) from its registration; two by comma while rotating',
  },
  key: {
    env: 'PAPER_ENGINE_KEY',
    meaning:
      'API key with snapshots:write, metrics:write and orders:check; without it nothing is pushed or newly bought',
  },
  portfolio: { env: 'PAPER_ENGINE_PORTFOLIO', meaning: 'portfolio id, when the key is for all portfolios' },
  account: { env: 'PAPER_ENGINE_ACCOUNT', standard: 'PAPER-1', meaning: 'account code of its snapshots' },
  from: { env: 'PAPER_ENGINE_FROM', standard: '2013-06-03', meaning: 'first session; 2008-09-26 replays the crash' },
  speed: { env: 'PAPER_ENGINE_SPEED', standard: '1', meaning: 'sessions per minute' },
  ticks: { env: 'PAPER_ENGINE_TICKS', standard: '24', meaning: 'ticks per session' },
  equity: { env: 'PAPER_ENGINE_EQUITY', standard: '10000000', meaning: 'equity at the first session' },
  hold: { env: 'PAPER_ENGINE_HOLD', standard: '0', meaning: 'share of equity held in the index beside the strategies' },
  'hold-strategy': { env: 'PAPER_ENGINE_HOLD_STRATEGY', standard: 'index-core', meaning: 'name of that holding' },
  backfill: { env: 'PAPER_ENGINE_BACKFILL', standard: '252', meaning: 'sessions of history pushed on the first start' },
  state: { env: 'PAPER_ENGINE_STATE', meaning: 'file of its durable state' },
  seed: { env: 'PAPER_ENGINE_SEED', standard: '7', meaning: 'of the slippage and rejections it simulates' },
};

export const USAGE = `npm run paper-engine -- [options]\n${Object.entries(FLAGS)
  .map(
    ([name, { env, standard, meaning }]) =>
      `  --${name.padEnd(14)} ${meaning} (${env}${standard ? `, ${standard}` : ''})`,
  )
  .join('\n')}`;

export type ParsedOptions = { ok: true; options: PaperOptions } | { ok: false; sentence: string };

/** What an installation has written down for its own paper engine (`paper-engine.json` in the data folder). */
export const PaperCredentials = z.record(z.string(), z.string());

/**
 * Options from flags, then the environment, then what the installation has written down, then the standard. `state` is
 * below the data folder unless given.
 */
export function paperOptions(
  argv: string[],
  env: Record<string, string | undefined>,
  written: Record<string, string> = {},
): ParsedOptions {
  try {
    const { values } = parseArgs({
      args: argv,
      options: Object.fromEntries(Object.keys(FLAGS).map((name) => [name, { type: 'string' as const }])),
    });
    const port = values.port ?? env.PAPER_ENGINE_PORT ?? written.PAPER_ENGINE_PORT ?? FLAGS.port.standard;
    const state = `${env.GOING_LIVE_DATA ?? '.data'}/paper-engine-state-${port}.json`;
    const given = Object.fromEntries(
      Object.entries(FLAGS).map(([name, flag]) => [
        name,
        values[name] ?? env[flag.env] ?? written[flag.env] ?? (name === 'state' ? state : flag.standard),
      ]),
    );
    const parsed = Options.safeParse(given);
    if (parsed.success) return { ok: true, options: { ...parsed.data, isReplay: values.from !== undefined } };
    const issue = parsed.error.issues[0];
    return { ok: false, sentence: `--${issue?.path.join('.')}: ${issue?.message}.` };
  } catch (error) {
    return { ok: false, sentence: (error as Error).message };
  }
}
