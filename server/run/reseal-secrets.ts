import { runCommand } from './command';
import { withInstallation } from './installation';

const commandArguments = process.argv.slice(2);

/** `npm run reseal-secrets [-- --demo]`: seals every stored secret again under the first key of SECRETS_KEYS. */
await runCommand(() =>
  withInstallation(commandArguments, async () => {
    const { resealSecrets } = await import('../identity/secret-box-rotation');
    const { closeDatabase } = await import('@/db/client');
    const { resealed, current } = await resealSecrets().finally(closeDatabase);
    console.log(
      `${resealed} secrets were sealed again, ${current} were current. Older keys may leave SECRETS_KEYS now.`,
    );
    return 0;
  }),
);
