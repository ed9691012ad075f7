import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { codeOf, ownerDatabase, PHONE } from './fixtures';
import { signedIn } from './signed-in';

const STREAM = /\/api\/trpc\/realtime\.changes/;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

async function expectNoViolation(page: Page) {
  const { violations } = await new AxeBuilder({ page }).withTags(RULES).analyze();
  expect(
    violations.map((violation) => `${violation.id}: ${violation.nodes.map((node) => node.target).join(', ')}`),
  ).toEqual([]);
}

const createPortfolio = async (page: Page, name: string) => {
  const form = page.getByRole('form', { name: 'New portfolio' });
  await form.getByLabel('Name').fill(name);
  await form.getByLabel('Trading calendar').selectOption('24x7');
  await form.getByLabel('First account').fill(name.toLowerCase().replaceAll(' ', '-'));
  await form.getByRole('button', { name: 'Create portfolio' }).click();
  await expect(page.getByRole('table', { name: 'Portfolios' }).getByText(name)).toBeVisible({ timeout: 30_000 });
};

test('eight tabs share one event stream, see a change at once, and go on when the leading tab closes', async ({
  browser,
}) => {
  test.slow();
  const { context } = await signedIn(browser, 'admin');
  const open = new Set<unknown>();
  context.on('request', (request) => {
    if (STREAM.test(request.url())) open.add(request);
  });
  const ended = (request: unknown) => open.delete(request);
  context.on('requestfinished', ended);
  context.on('requestfailed', ended);

  const tabs: Page[] = [];
  // Names of their own, for the installation may be one that others use.
  const run = Date.now().toString(36);
  for (let i = 0; i < 8; i++) {
    const tab = await context.newPage();
    await tab.goto('/settings/portfolios');
    await expect(tab.getByRole('banner').getByText('Live', { exact: true })).toBeVisible({ timeout: 30_000 });
    tabs.push(tab);
  }
  expect(open.size).toBe(1);

  await createPortfolio(tabs[7]!, `Eight ${run}`);
  for (const tab of tabs)
    await expect(tab.getByRole('table', { name: 'Portfolios' }).getByText(`Eight ${run}`)).toBeVisible();

  await tabs[0]!.close();
  await expect.poll(() => open.size).toBe(1);
  await createPortfolio(tabs[7]!, `Seven ${run}`);
  await expect(tabs[1]!.getByRole('table', { name: 'Portfolios' }).getByText(`Seven ${run}`)).toBeVisible();
  await context.close();
});

test('a lost connection is said on the page, and the page catches up when it is back', async ({ browser }) => {
  const { context } = await signedIn(browser, 'viewer');
  const page = await context.newPage();
  await page.goto('/settings/account');
  await expect(page.getByRole('banner').getByText('Live', { exact: true })).toBeVisible();
  await context.setOffline(true);
  await expect(page.getByText('NOT LIVE', { exact: true })).toBeVisible();
  await context.setOffline(false);
  await expect(page.getByText('NOT LIVE', { exact: true })).toBeHidden({ timeout: 30_000 });
  await context.close();
});

test('the keyboard goes anywhere, rests while typing, and single keys can be turned off', async ({ browser }) => {
  const { context } = await signedIn(browser, 'engineer');
  const page = await context.newPage();
  await page.goto('/settings/about');
  await expect(page.getByRole('banner').getByText('Live', { exact: true })).toBeVisible();
  await page.keyboard.press('/');
  const search = page.getByPlaceholder('Search or go to');
  await search.fill('aud');
  await expectNoViolation(page);
  await search.press('Enter');
  await expect(page).toHaveURL(/\/audit/);

  await page.keyboard.press('?');
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expectNoViolation(page);
  await list.getByRole('checkbox').uncheck();
  await page.keyboard.press('Escape');
  await expect(list).toBeHidden();
  await page.keyboard.press('g');
  await page.keyboard.press('l');
  await expect(page).toHaveURL(/\/audit/);
  await page.keyboard.press('ControlOrMeta+k');
  await expect(search).toBeVisible();
  await context.close();
});

test('a locked session keeps the page, reads on, and opens with the second factor', async ({ browser }) => {
  const { context, id, totpSecret } = await signedIn(browser, 'risk-officer');
  const page = await context.newPage();
  await page.goto('/settings/about');
  const sql = ownerDatabase();
  await sql`update sessions set last_input_at = last_input_at - interval '31 minutes' where person_id = ${id}`;
  await sql.end();
  await page.reload();
  await expect(page.getByRole('heading', { name: 'About' })).toBeVisible();
  await page.getByRole('button', { name: 'Locked. Unlock…' }).click();
  const panel = page.getByRole('dialog', { name: 'This session is locked' });
  await expectNoViolation(page);
  await panel.getByLabel('Second factor').fill(codeOf(totpSecret));
  await panel.getByRole('button', { name: 'Unlock' }).click();
  await expect(page.getByRole('button', { name: 'Locked. Unlock…' })).toBeHidden();
  await context.close();
});

test('on a phone every place and the emergency are reached from the bottom bar', async ({ browser }) => {
  const { context } = await signedIn(browser, 'manager', PHONE);
  const page = await context.newPage();
  await page.goto('/settings/about');
  await expectNoViolation(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
  const bar = page.getByRole('navigation', { name: 'Main' });
  await bar.getByRole('button', { name: 'More' }).click();
  const more = page.getByRole('dialog', { name: 'More' });
  await expectNoViolation(page);
  await more.getByRole('link', { name: 'Audit' }).click();
  await expect(page).toHaveURL(/\/audit/);
  await expect(more).toBeHidden();
  await bar.getByRole('link', { name: 'Emergency' }).click();
  await expect(page).toHaveURL(/\/emergency/);
  await context.close();
});

test('a page refuses inline script and is framed by nobody', async ({ page }) => {
  const answer = await page.goto('/login');
  const policy = answer?.headers()['content-security-policy'] ?? '';
  expect(policy).toMatch(/script-src 'self' 'nonce-[^']+' 'strict-dynamic';/);
  expect(policy).not.toMatch(/script-src[^;]*unsafe/);
  expect(policy).toContain("frame-ancestors 'none'");
  const ran = await page.evaluate(() => {
    const script = document.createElement('script');
    script.textContent = 'window.__ran = true';
    // Inserted by a script that itself had the nonce, yet without one of its own.
    document.body.innerHTML += '<img src="x" onerror="window.__ran = true">';
    return new Promise((done) => setTimeout(() => done((window as { __ran?: boolean }).__ran ?? false), 200));
  });
  expect(ran).toBe(false);
});
