import { freshSecrets } from './secrets';

/** Prints the secrets of a new production installation as lines of an environment file; nothing is stored. */
const { authSecret, secretsKeys, cronSecret, metricsToken } = freshSecrets();
console.log(
  [
    `AUTH_SECRET=${authSecret}`,
    `SECRETS_KEYS=${secretsKeys.replace(/^local1:/, 'k1:')}`,
    `CRON_SECRET=${cronSecret}`,
    `METRICS_TOKEN=${metricsToken}`,
  ].join('\n'),
);
