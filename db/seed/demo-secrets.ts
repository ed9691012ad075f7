import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { newTotpSecret } from '@/server/identity/totp';
import { DEMO_PEOPLE } from './people';

const DemoSecrets = z.record(z.string(), z.string());

/** The TOTP secret of each demo person by e-mail; made once per demo folder, so that an authenticator keeps working. */
export function demoTotpSecrets(dataFolder: string): Record<string, string> {
  const file = join(dataFolder, 'people.json');
  if (!existsSync(file)) {
    const made = Object.fromEntries(DEMO_PEOPLE.map(({ email }) => [email, newTotpSecret()]));
    writeFileSync(file, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  }
  return DemoSecrets.parse(JSON.parse(readFileSync(file, 'utf8')));
}
