import { expect, type Page } from '@playwright/test';
import { type Desk, givePasskey, nextCode } from './fixtures';

const panelOf = (page: Page, item: number) => page.getByRole('dialog', { name: new RegExp(`^Item ${item},`) });

export async function openItem({ page }: Desk, checklist: string, item: number) {
  await page.goto(`${checklist}?item=${item}`);
  const panel = panelOf(page, item);
  await expect(panel.getByRole('heading', { level: 3 })).toBeVisible();
  return panel;
}

/** Attaches a text to an item as its evidence. */
export async function attachText(desk: Desk, checklist: string, item: number, text: string): Promise<void> {
  const panel = await openItem(desk, checklist, item);
  await panel.getByRole('button', { name: 'Attach evidence…' }).click();
  const form = panel.getByRole('form', { name: 'Attach evidence' });
  await form.getByRole('button', { name: 'Text', exact: true }).click();
  await form.getByLabel('What shows that it is so').fill(text);
  await form.getByRole('button', { name: 'Attach' }).click();
  await expect(form).toBeHidden();
  await expect(panel.getByRole('region', { name: 'Evidence', exact: true }).getByText(text)).toBeVisible();
}

/** Looks at the probe of an item now. */
export async function checkNow(desk: Desk, checklist: string, item: number, word: RegExp): Promise<void> {
  const panel = await openItem(desk, checklist, item);
  await panel.getByRole('button', { name: 'Check now' }).first().click();
  await expect(panel.getByText(word).first()).toBeVisible({ timeout: 20_000 });
}

/** Signs an item off with the person's own second factor; the panel then names them. */
export async function signOff(desk: Desk, checklist: string, item: number): Promise<void> {
  const panel = await openItem(desk, checklist, item);
  const form = panel.getByRole('form', { name: `Sign off item ${item}` });
  if (desk.totpSecret) await form.getByLabel('Second factor').fill(await nextCode(desk));
  else await givePasskey(form);
  await form.getByRole('button', { name: 'Sign off' }).click();
  await expect(panel.getByRole('region', { name: 'Signatures' }).getByText(desk.name)).toBeVisible({ timeout: 15_000 });
}
