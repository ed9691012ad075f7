import { defineConfig, devices } from '@playwright/test';
import { presentBrowser } from './server/run/browser';

const isRoot = process.getuid?.() === 0;

/** Run by `npm test`, which starts the servers and gives their address. */
export default defineConfig({
  testDir: 'e2e',
  outputDir: 'test-results',
  workers: 1,
  timeout: 180_000,
  expect: { timeout: 10_000 },
  forbidOnly: true,
  use: {
    baseURL: process.env.APP_URL,
    actionTimeout: 20_000,
    navigationTimeout: 30_000,
    locale: 'en-GB',
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
    // Without its film, which costs more than the stories: what each step found is kept, and the last screen of a failure.
    trace: { mode: 'retain-on-failure', screenshots: false },
    launchOptions: {
      executablePath: presentBrowser(),
      chromiumSandbox: !isRoot,
      args: [
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-dev-shm-usage',
      ],
    },
  },
  projects: [
    {
      name: 'desktop',
      testIgnore: '**/*.phone.spec.ts',
      use: { ...devices['Desktop Chrome'], viewport: { width: 1440, height: 900 } },
    },
    {
      name: 'phone',
      testMatch: '**/*.phone.spec.ts',
      use: { ...devices['iPhone 15'], defaultBrowserType: 'chromium' },
    },
  ],
});
