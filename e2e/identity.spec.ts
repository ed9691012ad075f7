import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page, test } from '@playwright/test';
import { codeOf } from './fixtures';
import { signedIn } from './signed-in';

const noViolation = async (page: Page) => {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'])
    .analyze();
  expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => target).join(', ')}`)).toEqual([]);
};

test('an API key is made with a second factor, shown once, and revoked; the audit has each step', async ({
  browser,
}) => {
  const { context, totpSecret } = await signedIn(browser, 'admin');
  const page = await context.newPage();
  // Another run over the same database has left its own.
  const name = `feeder ${Date.now()}`;
  await page.goto('/settings/keys');
  const form = page.getByRole('form', { name: 'New API key' });
  await form.getByLabel('Second factor').fill(codeOf(totpSecret));
  await form.getByRole('button', { name: 'Make key' }).click();
  await expect(form.getByText('Name what will use it.')).toBeVisible();
  await form.getByRole('textbox', { name: 'Name' }).fill(name);
  await form.getByLabel(/Send snapshots/).check();
  await form.getByRole('button', { name: 'Make key' }).click();
  await expect(form.getByText('Key made. It is shown this once.')).toBeVisible();
  await expect(form.locator('code').first()).toHaveText(/^gl_[0-9a-z]{10}_[0-9a-z]{48}$/);
  await noViolation(page);

  await page.getByRole('button', { name: `Manage key ${name}` }).click();
  await page.getByRole('button', { name: 'Revoke key' }).click();
  await expect(page.getByRole('row', { name: new RegExp(name) }).getByText('Revoked')).toBeVisible();

  await page.goto('/audit?text=api-key');
  await expect(page.getByText('Chain verified')).toBeVisible();
  await page.getByRole('button', { name: 'api-key.revoked' }).first().click();
  await expect(page.getByText('Linked both ways').or(page.getByText('Linked to the one before'))).toBeVisible();
  await expect(page.getByText('Hash matches')).toBeVisible();
  await noViolation(page);
  const download = page.waitForEvent('download');
  await page.getByRole('link', { name: 'Export CSV' }).click();
  expect((await download).suggestedFilename()).toBe('going-live-audit.csv');
  await context.close();
});

test('a refused invitation keeps what was typed, and a powerful role waits for two people', async ({ browser }) => {
  const [admin, manager, board] = [
    await signedIn(browser, 'admin'),
    await signedIn(browser, 'manager'),
    await signedIn(browser, 'board'),
  ];
  const page = await admin.context.newPage();
  await page.goto('/settings/people');
  const form = page.getByRole('form', { name: 'Invite a person' });
  await form.getByLabel('Name').fill('Nora Quist');
  await form.getByLabel('E-mail').fill('nora at desk');
  await form.getByLabel('Role').selectOption('risk-officer');
  await form.getByRole('button', { name: 'Invite person' }).click();
  await expect(form.getByText('This is not an e-mail address.')).toBeVisible();
  await expect(form.getByLabel('Name')).toHaveValue('Nora Quist');
  await form.getByLabel('E-mail').fill('nora@desk.example');
  await form.getByRole('button', { name: 'Invite person' }).click();
  await expect(form.getByText('The role waits for two people.')).toBeVisible();
  await noViolation(page);

  for (const { context, totpSecret } of [manager, board]) {
    const theirs = await context.newPage();
    await theirs.goto('/settings/people');
    const row = theirs.getByRole('listitem').filter({ hasText: 'Nora Quist: Risk officer' });
    await row.getByRole('button', { name: 'Decide…' }).click();
    await theirs.getByRole('dialog').getByLabel('Second factor').fill(codeOf(totpSecret));
    await theirs.getByRole('dialog').getByRole('button', { name: 'Agree' }).click();
    await expect(theirs.getByRole('dialog')).toBeHidden();
  }
  await expect(page.getByRole('row', { name: /Nora Quist/ }).getByText('Risk officer')).toBeVisible();
  for (const { context } of [admin, manager, board]) await context.close();
});

test('a person sees their sessions, ends another one, and it is out at its next step', async ({ browser }) => {
  const { context, totpSecret, email } = await signedIn(browser, 'engineer');
  const second = await browser.newContext();
  const elsewhere = await second.newPage();
  await elsewhere.goto('/login');
  await elsewhere.getByLabel('Email').fill(email);
  await elsewhere.getByLabel('Password').fill('a quiet harbour at dawn');
  await elsewhere.getByRole('button', { name: 'Continue' }).click();
  await elsewhere.getByLabel(/Six digits/).fill(codeOf(totpSecret));
  await elsewhere.getByRole('button', { name: 'Verify' }).click();
  await expect(elsewhere.getByRole('main')).toBeVisible();
  await elsewhere.waitForURL((url) => url.pathname !== '/login');

  const page = await context.newPage();
  await page.goto('/settings/account');
  await page.getByRole('button', { name: /^End session in/ }).click();
  await expect(page.getByRole('button', { name: /^End session in/ })).toHaveCount(0);
  await noViolation(page);
  await elsewhere.goto('/settings/account');
  await expect(elsewhere).toHaveURL(/\/login/);
  await second.close();
  await context.close();
});
