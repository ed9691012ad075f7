import { expect } from '@playwright/test';
import { type Desk, givePasskey } from './fixtures';

/** A second person lets a key in that may touch trading. */
export async function approveKey({ page }: Desk, name: string): Promise<void> {
  await page.goto('/settings/keys');
  await page.getByRole('button', { name: `Manage key ${name}` }).click();
  const panel = page.getByRole('dialog', { name });
  await givePasskey(panel);
  await panel.getByRole('button', { name: 'Approve key' }).click();
  await expect(panel).toBeHidden();
}
