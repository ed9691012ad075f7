import 'server-only';
import { z } from 'zod';
import { defineProbe } from '@/server/checklist/probe';
import { findChannels } from '../store';

const DAY = 86_400_000;

/** Every enabled channel that reaches this portfolio was proven by a test alert that somebody acknowledged. */
export const alertChannelsProbe = defineProbe({
  kind: 'alert-channels',
  label: 'Alert channels proven by an acknowledged test',
  params: z.object({ provenWithinDays: z.number().int().positive().max(366).default(30) }),
  everySeconds: 120,
  timeoutMs: 5_000,
  check: async ({ provenWithinDays }, { portfolioId, now }) => {
    const mine = (await findChannels()).filter(
      (one) => one.enabled && (one.portfolioId === null || one.portfolioId === portfolioId),
    );
    const since = now.getTime() - provenWithinDays * DAY;
    const unproven = mine.filter((one) => !one.provenAt || one.provenAt.getTime() < since).map((one) => one.name);
    const measurement = { channels: mine.length, unproven };
    if (mine.length === 0) return { verdict: 'bad', summary: 'No alert channel is enabled', measurement };
    if (unproven.length) {
      return { verdict: 'bad', summary: `Not proven by an acknowledged test: ${unproven.join(', ')}`, measurement };
    }
    return { verdict: 'good', summary: `${mine.length} of ${mine.length} channels acknowledged`, measurement };
  },
});
