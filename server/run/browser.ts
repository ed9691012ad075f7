import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { RefusedStart } from './refused-start';

const SYSTEM_BROWSERS = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/snap/bin/chromium'];

/** The Chromium that is here already: CHROMIUM_PATH, Playwright's own, the system's. */
export function presentBrowser(): string | undefined {
  const given = process.env.CHROMIUM_PATH;
  if (given) return given;
  const own = chromium.executablePath();
  return existsSync(own) ? own : SYSTEM_BROWSERS.find((path) => existsSync(path));
}

/** The same, obtained when there is none: from apt as root, else from Playwright. Throws what to do when neither works. */
export function obtainBrowser(): string {
  const present = presentBrowser();
  if (present) return present;
  const quiet = { stdio: 'ignore' } as const;
  if (process.getuid?.() === 0 && spawnSync('apt-get', ['--version'], quiet).status === 0) {
    console.log('    no browser here: apt-get install chromium');
    spawnSync('apt-get', ['update'], quiet);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    spawnSync('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], { ...quiet, env });
  } else {
    console.log('    no browser here: npx playwright install chromium');
    spawnSync(process.execPath, ['node_modules/playwright/cli.js', 'install', 'chromium'], quiet);
  }
  const obtained = presentBrowser();
  if (obtained) return obtained;
  throw new RefusedStart('There is no Chromium and none could be installed: set CHROMIUM_PATH to one.');
}
