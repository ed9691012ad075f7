import { z } from 'zod';
import { RefusedStart } from './refused-start';
import type { LocalSecrets } from './secrets';

export type Settings = {
  appUrl: string;
  /** https: real secrets only, `__Host-` cookies, HSTS. */
  isProduction: boolean;
  port: number;
  host: string;
  databaseUrl?: string;
  databaseOwnerUrl?: string;
  authSecret: string;
  secretsKeys: string;
  cronSecret: string;
  metricsToken: string;
};

type Environment = Record<string, string | undefined>;

const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];
const MINIMUM_LENGTH = 32;
const MINIMUM_DISTINCT = 10;

const Port = z.coerce.number().int().min(1).max(65_535);

const refuse = (sentence: string): never => {
  throw new RefusedStart(sentence);
};

/**
 * What this installation runs with, from its environment and, outside production, the generated local secrets.
 * Throws `RefusedStart` with one sentence for the first thing that is wrong.
 */
export function settingsFrom(env: Environment, local: LocalSecrets | null): Settings {
  const port = portFrom(env.PORT);
  const appUrl = addressFrom(env.APP_URL || `http://localhost:${port}`);
  const isProduction = appUrl.protocol === 'https:';
  const given = <K extends keyof LocalSecrets>(name: string, key: K, isGood: (text: string) => boolean): string => {
    const value = env[name];
    if (value === undefined || value === '') {
      if (!isProduction && local) return local[key];
      return refuse(
        `${name} is missing: production (APP_URL is https) needs a real one; make it with "${MAKE_SECRET}".`,
      );
    }
    if (!isGood(value)) return refuse(`${name} is weak or malformed: make one with "${MAKE_SECRET}".`);
    return value;
  };
  const databaseUrl = databaseAddress('DATABASE_URL', env.DATABASE_URL);
  const databaseOwnerUrl = databaseAddress('DATABASE_OWNER_URL', env.DATABASE_OWNER_URL);
  if (databaseOwnerUrl && !databaseUrl) {
    refuse('DATABASE_OWNER_URL is set without DATABASE_URL: give both, or neither for the embedded database.');
  }
  return {
    appUrl: appUrl.origin,
    isProduction,
    port,
    host: env.HOST || (isProduction ? '0.0.0.0' : '127.0.0.1'),
    databaseUrl,
    databaseOwnerUrl: databaseOwnerUrl ?? databaseUrl,
    authSecret: given('AUTH_SECRET', 'authSecret', isStrong),
    secretsKeys: given('SECRETS_KEYS', 'secretsKeys', isKeyRing),
    cronSecret: given('CRON_SECRET', 'cronSecret', isStrong),
    metricsToken: given('METRICS_TOKEN', 'metricsToken', isStrong),
  };
}

const MAKE_SECRET = 'npm run -s make-secrets';

/** At least 32 characters of some variety: a sentence of one letter is as guessable as a short word. */
function isStrong(text: string): boolean {
  return text.length >= MINIMUM_LENGTH && new Set(text).size >= MINIMUM_DISTINCT;
}

/** `id:base64` of 32 bytes each, ids distinct. */
function isKeyRing(text: string): boolean {
  const keys = text.split(',').map((entry) => /^([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)$/.exec(entry.trim()));
  const ids = keys.map((key) => key?.[1]);
  return !ids.includes(undefined) && new Set(ids).size === ids.length;
}

function portFrom(text: string | undefined): number {
  const parsed = Port.safeParse(text || '3000');
  return parsed.success ? parsed.data : refuse(`PORT is "${text}": it must be a number from 1 to 65535.`);
}

function addressFrom(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return refuse(`APP_URL is "${text}": it must be an address such as https://live.example.com.`);
  }
  if (url.pathname !== '/' || url.search !== '') return refuse('APP_URL must not have a path: give the origin only.');
  if (url.protocol === 'https:') return url;
  if (url.protocol === 'http:' && LOOPBACK.includes(url.hostname)) return url;
  return refuse(`APP_URL is "${text}": http is for this machine only (localhost); use https for every other name.`);
}

function databaseAddress(name: string, text: string | undefined): string | undefined {
  if (!text) return undefined;
  try {
    const { protocol, username } = new URL(text);
    if (['postgres:', 'postgresql:'].includes(protocol) && username) return text;
  } catch {}
  return refuse(`${name} must be an address such as postgres://user:password@host:5432/database.`);
}
