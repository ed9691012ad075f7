import { execFileSync } from 'node:child_process';
import type { Browser, BrowserContext } from '@playwright/test';
import type { Role } from '../server/kernel/actor';

export type SignedIn = { id: string; email: string; totpSecret: string; context: BrowserContext };

/** A browser of a person who is enrolled and signed in already, for stories that are not about signing in. */
export async function signedIn(
  browser: Browser,
  role: Role,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<SignedIn> {
  const output = execFileSync(
    process.execPath,
    ['--conditions=react-server', '--import', 'tsx', 'e2e/enrolled-person.ts', role],
    { encoding: 'utf8' },
  );
  const person = JSON.parse(output.trim().split('\n').at(-1)!) as Omit<SignedIn, 'context'> & { cookie: string };
  const context = await browser.newContext(options);
  const [name, ...value] = person.cookie.split('=');
  await context.addCookies([
    { name: name!, value: value.join('='), url: process.env.APP_URL!, httpOnly: true, sameSite: 'Lax' },
  ]);
  return { id: person.id, email: person.email, totpSecret: person.totpSecret, context };
}
