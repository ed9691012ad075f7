import 'server-only';
import { z } from 'zod';
import { defineProbe } from '@/server/checklist/probe';
import { secondFactors } from './coverage-store';

/** Every enabled account has a second factor. One that was invited and never enrolled can do nothing until it has. */
export const mfaCoverageProbe = defineProbe({
  kind: 'mfa-coverage',
  label: 'Second factors of all accounts',
  params: z.object({}),
  everySeconds: 120,
  timeoutMs: 5_000,
  check: async () => {
    const accounts = await secondFactors();
    const enrolled = accounts.filter((one) => one.hasEnrolled);
    const without = enrolled.filter((one) => !one.hasFactor).map((one) => one.name);
    const waiting = accounts.length - enrolled.length;
    const covered = `${enrolled.length - without.length} of ${enrolled.length}`;
    const measurement = { accounts: accounts.length, covered: enrolled.length - without.length, without, waiting };
    if (enrolled.length === 0) return { verdict: 'unknown', summary: 'No account has enrolled yet', measurement };
    if (without.length) {
      return {
        verdict: 'bad',
        summary: `${covered} accounts; without a second factor: ${without.join(', ')}`,
        measurement,
      };
    }
    const more = waiting ? `, ${waiting} not enrolled yet` : '';
    return { verdict: 'good', summary: `${covered} accounts${more}`, measurement };
  },
});
