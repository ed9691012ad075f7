import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { BrowserContext } from '@playwright/test';

const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const WIDTHS = [
  { width: 1440, height: 900 },
  { width: 390, height: 844 },
];
/** Rules that a theme can break; the others see the same page in both. */
const COLOUR_RULES = ['color-contrast', 'link-in-text-block'];

/** Addresses of all pages as the folders of `app` have them: `/launches/[launchId]`. */
export function pagesOf(folder = 'app', address = ''): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isFile()) return entry.name === 'page.tsx' ? [address || '/'] : [];
    const isGroup = entry.name.startsWith('(');
    return pagesOf(join(folder, entry.name), isGroup ? address : `${address}/${entry.name}`);
  });
}

/** Puts what is there in the place of `[launchId]` and the like. Throws where nothing is known for one of them. */
export function addressOf(page: string, known: Record<string, string>): string {
  return page.replaceAll(/\[(\w+)\]/g, (_, name: string) => {
    const value = known[name];
    if (!value) throw new Error(`Say what stands for [${name}] in ${page}.`);
    return value;
  });
}

/**
 * Opens a page in a tab of its own and looks at it at a desk and on a phone, dark and light. Gives what is wrong in words:
 * what axe finds against WCAG 2.2 AA, a page wider than its screen, what the console says (content policy included).
 */
export async function faultsOf(reader: BrowserContext, address: string): Promise<string[]> {
  const page = await reader.newPage();
  const faults = new Set<string>();
  const told = (text: string) => faults.add(`${address}: console: ${text}`);
  page.on('console', (message) => message.type() === 'error' && told(message.text()));
  page.on('pageerror', (error) => told(error.message));
  // A colour half-way between two themes is no colour of the page.
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.setViewportSize(WIDTHS[0]!);
  await page.goto(address);
  await page.getByRole('heading', { level: 1 }).filter({ visible: true }).first().waitFor();
  await page.locator('[aria-busy=true]').first().waitFor({ state: 'detached' });
  for (const size of WIDTHS) {
    await page.setViewportSize(size);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const at = `${address} at ${size.width} px, ${colorScheme}`;
      const axe = new AxeBuilder({ page }).options({ resultTypes: ['violations'] });
      const { violations } = await (colorScheme === 'dark'
        ? axe.withTags(RULES)
        : axe.withRules(COLOUR_RULES)
      ).analyze();
      for (const { id, nodes } of violations)
        faults.add(`${at}: ${id}: ${nodes.map((node) => node.target).join(', ')}`);
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      if (width > size.width) faults.add(`${at}: ${width} px wide`);
    }
  }
  await page.close();
  return [...faults];
}
