import { BenchBrowser } from './bench-browser';
import { type BenchLine, timed } from './bench-timing';
import { ensureBuild } from './build';
import { startTestStack, TEST_DIST_FOLDER } from './test-stack';

const RUNS = 5;

/** What a person and a feeder wait for: signing in, the overview page, one snapshot. */
export async function bench(print: (line: BenchLine) => void): Promise<void> {
  await ensureBuild(TEST_DIST_FOLDER);
  const stack = await startTestStack();
  Object.assign(process.env, stack.env);
  // Loaded with the environment of the stack, whose database they open.
  const { FIXTURE_PASSWORD, keyFixture, personFixture } = await import('../testing/people');
  const { createPortfolio } = await import('../portfolios/actions');
  const { totpCodeAt } = await import('../identity/totp');
  const { job } = await import('../kernel/actor');
  const { closeDatabase } = await import('@/db/client');
  const baseUrl = stack.settings.appUrl;
  try {
    // Each code counts once, so each sign-in is another person's.
    const people = await Promise.all(Array.from({ length: RUNS + 1 }, () => personFixture('viewer')));
    const browsers = people.map(() => new BenchBrowser(baseUrl));
    print(
      await timed('sign-in: password, TOTP, session', RUNS, (run) => {
        const { email, totpSecret } = people[run]!;
        return browsers[run]!.signIn(email, FIXTURE_PASSWORD, totpCodeAt(totpSecret, new Date()));
      }),
    );
    print(
      await timed('overview page', RUNS * 4, async () => {
        const response = await browsers[0]!.fetch('/');
        if (!response.ok) throw new Error(`the overview answered ${response.status}`);
        await response.text();
      }),
    );
    const portfolioId = await createPortfolio(job('bench'), {
      name: 'Bench',
      baseCurrency: 'USD',
      timeZone: 'UTC',
      calendarId: '24x7',
      sessionStart: '00:00',
      snapshotIntervalSeconds: 5,
      accountCode: 'BENCH-1',
    });
    const { key } = await keyFixture(['snapshots:write'], portfolioId);
    print(await timed('snapshot POST, one row', RUNS * 4, (run) => postSnapshot(baseUrl, key, run)));
  } finally {
    await closeDatabase();
    await stack.stop();
  }
}

async function postSnapshot(baseUrl: string, key: string, run: number): Promise<void> {
  const row = {
    account: 'BENCH-1',
    asOf: new Date().toISOString(),
    sequence: run,
    equity: '1000000',
    cash: '600000',
    positions: [{ strategy: 'core', instrument: 'SPX-ETF', quantity: '400', price: '100' }],
    strategies: [{ id: 'core', realised: '0', unrealised: '0' }],
  };
  const response = await fetch(`${baseUrl}/api/v1/snapshots`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ rows: [row] }),
  });
  if (!response.ok)
    throw new Error(`the snapshot answered ${response.status}: ${(await response.text()).slice(0, 300)}`);
  await response.text();
}
