import { expect, type Locator, type Page } from '@playwright/test';
import { type Desk, givePasskey } from './fixtures';

/** The part of a page under a second-level heading. */
export const partOf = (page: Page, title: RegExp) =>
  page.locator('section').filter({ has: page.getByRole('heading', { level: 2, name: title }) });

/** Says what was run for a step and that it went well. */
export async function recordStep(page: Page, step: Locator): Promise<void> {
  await step.getByRole('button', { name: 'Record…' }).click();
  const panel = page.getByRole('dialog');
  // A runbook names images by a digest that only the build knows.
  const command = panel.getByLabel('Command that was run');
  await command.fill((await command.inputValue()).replaceAll(/<[^>]+>/g, `sha256:${'a'.repeat(64)}`));
  await panel.getByLabel('Exit code').fill('0');
  await panel.getByLabel('Duration in seconds').fill('12.5');
  await panel.getByLabel('Output').fill('done');
  await panel.getByRole('button', { name: 'Record', exact: true }).click();
  await expect(panel).toBeHidden();
}

/** Starts the phase and records each of its steps with what came of it. */
export async function runPhase({ page }: Desk, launch: string, phase: number): Promise<void> {
  await page.goto(launch);
  const region = partOf(page, new RegExp(`^Phase ${phase} `));
  await region.getByRole('button', { name: 'Start phase' }).click();
  const steps = region.getByRole('list', { name: `Steps of phase ${phase}` });
  await expect(steps.getByRole('button', { name: 'Record…' }).first()).toBeVisible();
  for (let left = await steps.getByText('Not run').count(); left > 0; left -= 1) {
    const step = steps.getByRole('listitem').filter({ hasText: 'Not run' }).first();
    await recordStep(page, step);
    await expect(steps.getByText('Not run')).toHaveCount(left - 1);
  }
}

/** Approves the gate that is next, having read exactly what is bound. */
export async function approveGate({ page }: Desk, launch: string, hasToSay: RegExp): Promise<void> {
  await page.goto(launch);
  const gate = partOf(page, /^Gate/);
  await gate.getByRole('button', { name: 'Approve…' }).first().click();
  const panel = page.getByRole('dialog', { name: /^Approve the/ });
  await expect(panel.getByText(hasToSay).first()).toBeVisible();
  await givePasskey(panel);
  await panel.getByRole('button', { name: /^Approve L-/ }).click();
  await expect(panel).toBeHidden({ timeout: 15_000 });
}
