import { demoTotpSecrets } from '@/db/seed/demo-secrets';
import { DEMO_PASSWORD, DEMO_PEOPLE } from '@/db/seed/people';
import { totpCodeAt } from '../identity/totp';
import { ROLE_LABEL } from '../kernel/actor';

const PERIOD_MS = 30_000;

/** The sign-ins of the demo with the codes of now, and how long those hold. */
export function demoSignIns(dataFolder: string, now: Date): string {
  const secrets = demoTotpSecrets(dataFolder);
  const rows = DEMO_PEOPLE.map(({ role, name, email }) => {
    const code = totpCodeAt(secrets[email]!, now);
    return `  ${ROLE_LABEL[role].padEnd(13)} ${name.padEnd(13)} ${email.padEnd(19)} ${code.slice(0, 3)} ${code.slice(3)}`;
  });
  const left = Math.ceil((PERIOD_MS - (now.getTime() % PERIOD_MS)) / 1000);
  return [
    `  Password of all: ${DEMO_PASSWORD}`,
    ...rows,
    `  Codes hold for ${left} s more; the next: npm run demo:codes`,
  ].join('\n');
}
