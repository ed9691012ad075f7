import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { obtainBrowser } from './browser';
import { type Outcome, runTool } from './checks';
import { startTestStack } from './test-stack';

type PlaywrightReport = {
  stats: { expected: number; unexpected: number; flaky: number; skipped: number };
  errors: { message?: string }[];
};

/** The stories of `e2e/` in a real browser against a whole installation of their own. */
export async function runBrowserTests(filters: string[] = []): Promise<Outcome> {
  if (!existsSync('e2e') || !readdirSync('e2e').some((file) => file.endsWith('.spec.ts'))) {
    return { passed: 0, failed: 1, notes: [], output: 'There is no story in e2e/.' };
  }
  const browser = obtainBrowser();
  const folder = mkdtempSync(join(tmpdir(), 'going-live-report-'));
  const stack = await startTestStack();
  try {
    const file = join(folder, 'report.json');
    const { code, output } = await runTool('@playwright/test/cli.js', ['test', '--reporter=list,json', ...filters], {
      ...stack.env,
      NODE_ENV: 'test',
      DATABASE_OWNER_URL: stack.ownerUrl,
      CHROMIUM_PATH: browser,
      PLAYWRIGHT_JSON_OUTPUT_FILE: file,
    });
    if (!existsSync(file)) return { passed: 0, failed: 1, notes: [], output };
    const { stats, errors } = JSON.parse(readFileSync(file, 'utf8')) as PlaywrightReport;
    const failed = stats.unexpected + stats.flaky;
    return {
      passed: stats.expected,
      failed: failed === 0 && (code !== 0 || errors.length > 0) ? 1 : failed,
      notes: stats.skipped > 0 ? [`skipped: ${stats.skipped} browser tests`] : [],
      output,
    };
  } finally {
    await stack.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
