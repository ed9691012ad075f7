import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const places = ['server', 'components', 'db', 'app'];

export default defineConfig({
  resolve: {
    alias: [
      { find: /^@\//, replacement: here('./') },
      // The real package throws outside a server bundle, and tests are not bundled.
      { find: /^server-only$/, replacement: here('./server/run/testing/empty-module.ts') },
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: 'pure',
          include: places.map((place) => `${place}/**/*.test.{ts,tsx}`),
          exclude: ['**/*.{db,process}.test.ts', '**/node_modules/**'],
          // Pure files leave nothing behind, so one worker may load each module once for all of them.
          isolate: false,
          maxWorkers: Math.max(2, availableParallelism() - 1),
          // Properties run hundreds of cases: a machine that is busy with other work is slow, not wrong.
          testTimeout: 30_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'database',
          // With a database of their own, or processes that they start.
          include: places.map((place) => `${place}/**/*.{db,process}.test.ts`),
          globalSetup: './server/run/testing/database-server.ts',
          setupFiles: './server/run/testing/database-per-file.ts',
          hookTimeout: 30_000,
          testTimeout: 20_000,
          // The default leaves one core free, which of two is half: tests wait for their database and for timers.
          maxWorkers: Math.max(2, availableParallelism() - 1),
        },
      },
    ],
  },
});
