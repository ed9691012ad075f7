import 'server-only';
import { z } from 'zod';
import { defineProbe } from '@/server/checklist/probe';
import { keyFaults } from '../key-hygiene';
import { standingKeys } from './coverage-store';

/** Every API key in force is narrow, ends, and is used. */
export const apiKeysProbe = defineProbe({
  kind: 'api-keys',
  label: 'Scopes, expiry and use of API keys',
  params: z.object({
    maximumDaysValid: z.number().int().positive().default(366),
    unusedDays: z.number().int().positive().default(90),
    maximumScopes: z.number().int().positive().default(4),
  }),
  everySeconds: 120,
  timeoutMs: 5_000,
  check: async (params, { now }) => {
    const keys = (await standingKeys()).filter((key) => key.expiresAt > now);
    const faults = keys.flatMap((key) => keyFaults(key, params, now));
    const measurement = { keys: keys.length, faults };
    const wrong = new Set(faults.map((one) => one.key)).size;
    if (wrong === 0)
      return {
        verdict: 'good',
        summary: keys.length ? `${keys.length} of ${keys.length} keys` : 'No key in force',
        measurement,
      };
    const [first] = faults;
    return { verdict: 'bad', summary: `${wrong} of ${keys.length} keys: ${first!.key} ${first!.fault}`, measurement };
  },
});
