import { resolve } from 'node:path';
import type { Settings } from './settings';

export type ChildEnvironment = NodeJS.ProcessEnv;

type Facts = {
  settings: Settings;
  plan: { kind: 'live' | 'demo' | 'test'; dataFolder: string; distFolder: string };
  appUrl: string;
};

/** What every process of the product is given. The owner's address stays with the start: no child may migrate. */
export function childEnvironment(env: NodeJS.ProcessEnv, { settings, plan, appUrl }: Facts): ChildEnvironment {
  const { DATABASE_OWNER_URL: _, GOING_LIVE_DEMO: __, ...inherited } = env;
  return {
    ...inherited,
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
    NEXT_DIST_DIR: plan.distFolder,
    APP_URL: settings.appUrl,
    PORT: String(settings.port),
    DATABASE_URL: appUrl,
    AUTH_SECRET: settings.authSecret,
    NEXTAUTH_SECRET: settings.authSecret,
    NEXTAUTH_URL: settings.appUrl,
    SECRETS_KEYS: settings.secretsKeys,
    CRON_SECRET: settings.cronSecret,
    METRICS_TOKEN: settings.metricsToken,
    GOING_LIVE_DATA: resolve(plan.dataFolder),
    // Engine, inbox and receiver of demo and tests are on this machine; real use opens private targets by hand.
    ...(plan.kind === 'live' ? {} : { OUTBOUND_ALLOW: '127.0.0.1/32:*,::1/128:*', ...inboxPorts(env) }),
    ...(plan.kind === 'demo' ? { GOING_LIVE_DEMO: '1' } : {}),
  };
}

/** Fixed unless told otherwise: the channels of the demo lead to them, also after a restart. */
const inboxPorts = (env: NodeJS.ProcessEnv) => ({
  GOING_LIVE_SMTP_PORT: env.GOING_LIVE_SMTP_PORT ?? '4525',
  GOING_LIVE_INBOX_PORT: env.GOING_LIVE_INBOX_PORT ?? '4526',
});
