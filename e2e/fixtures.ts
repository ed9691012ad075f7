import { type Browser, type BrowserContext, expect, type Page } from '@playwright/test';
import { Secret, TOTP } from 'otpauth';
import postgres from 'postgres';

/** One person at their own browser, with a passkey in it. */
export type Desk = {
  name: string;
  email: string;
  password: string;
  page: Page;
  context: BrowserContext;
  totpSecret?: string;
  /** Step of 30 s of the last code that was used. */
  lastStep?: number;
};

export const PHONE = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 };

/** A browser of their own, with a virtual authenticator that answers for its owner. */
export async function deskFor(
  browser: Browser,
  person: { name: string; email: string },
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Desk> {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('WebAuthn.enable');
  await session.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return { ...person, password: `${person.name.toLowerCase()} walks 7 quiet miles`, page, context };
}

/** The code an authenticator shows, `steps` of 30 s from now. */
export const codeOf = (secret: string, steps = 0): string =>
  new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: Date.now() + steps * 30_000 });

/** A code that was not used yet: each step counts once. The one of now still counts when the clock turns over meanwhile. */
export async function nextCode(desk: Desk): Promise<string> {
  const now = () => Math.floor(Date.now() / 30_000);
  const step = Math.max((desk.lastStep ?? 0) + 1, now());
  await expect.poll(() => step <= now() + 1, { timeout: 40_000 }).toBe(true);
  desk.lastStep = step;
  return codeOf(desk.totpSecret!, step - now());
}

/** Enrols with a passkey where enrolment is asked, stores the recovery codes and goes on. */
export async function enrolWithPasskey({ page }: Desk): Promise<void> {
  await page.getByRole('button', { name: 'add a passkey' }).click();
  await storeRecoveryCodes(page);
}

/** Enrols with an authenticator: reads the key, types its code. */
export async function enrolWithAuthenticator(desk: Desk): Promise<void> {
  const key = await desk.page
    .locator('code')
    .filter({ hasText: /^[A-Z2-7 ]{20,}$/ })
    .textContent();
  desk.totpSecret = (key ?? '').replaceAll(' ', '');
  await desk.page.getByLabel('Six digits it shows').fill(await nextCode(desk));
  await desk.page.getByRole('button', { name: 'Verify and continue' }).click();
  await storeRecoveryCodes(desk.page);
}

async function storeRecoveryCodes(page: Page): Promise<void> {
  await expect(page.getByRole('heading', { name: 'Recovery codes, shown once' })).toBeVisible();
  await page.getByLabel('I have stored them').check();
  await page.getByRole('button', { name: 'Continue' }).click();
}

/** Gives the second factor inside a panel by passkey. */
export async function givePasskey(panel: Page | ReturnType<Page['getByRole']>): Promise<void> {
  await panel.getByRole('button', { name: 'use a passkey' }).click();
  await expect(panel.getByText('Passkey given')).toBeVisible();
}

/** Holds a button as a finger does, until what it fires has shown. */
export async function hold(page: Page, name: RegExp, until: () => Promise<unknown>): Promise<void> {
  const button = page.getByRole('button', { name });
  await button.scrollIntoViewIfNeeded();
  const box = await button.boundingBox();
  if (!box) throw new Error(`no ${name} to hold`);
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
  await page.mouse.down();
  try {
    await until();
  } finally {
    await page.mouse.up();
  }
}

/** The database of this installation as its owner, to move its clock and to look at what a page cannot show. */
export function ownerDatabase(): postgres.Sql {
  const url = process.env.DATABASE_OWNER_URL;
  if (!url) throw new Error('DATABASE_OWNER_URL is not set: run the stories with `npm test`.');
  return postgres(url, { max: 1, onnotice: () => {} });
}

/** Moves domain time of the whole installation; protocol time (sessions, codes, signatures) stays real. */
export async function moveClock(sql: postgres.Sql, by: string): Promise<void> {
  await sql`select app.shift_clock(${by}::interval)`;
}

/** What the installation's clock says. */
export async function domainNow(sql: postgres.Sql): Promise<Date> {
  const [row] = await sql<{ now: Date }[]>`select app.now() as now`;
  return row!.now;
}
