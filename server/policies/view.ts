import { z } from 'zod';
import { POLICY_KINDS } from './kinds';

const Line = z.object({ group: z.string(), label: z.string(), text: z.string() });
const Change = z.object({ group: z.string(), label: z.string(), before: z.string(), after: z.string() });

/** One policy: what holds, what is proposed, and how it came to be. */
export const PolicyView = z.object({
  kind: z.enum(POLICY_KINDS),
  version: z.number(),
  since: z.date().nullable(),
  lines: z.array(Line),
  /** What enabled people or channels cannot meet of what holds. */
  warnings: z.array(z.string()),
  form: z.object({
    fields: z.array(
      z.object({
        name: z.string(),
        group: z.string(),
        label: z.string(),
        unit: z.string(),
        kind: z.enum(['number', 'minutes-or-never', 'percent', 'role', 'choice', 'flag']),
        options: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
      }),
    ),
    values: z.record(z.string(), z.string()),
  }),
  proposal: z
    .object({
      id: z.string(),
      version: z.number(),
      proposedBy: z.string(),
      proposedAt: z.date(),
      reason: z.string(),
      contentHash: z.string(),
      changes: z.array(Change),
      warnings: z.array(z.string()),
      agreed: z.array(z.string()),
      /** Why the one who looks may not agree; null when they may. */
      fault: z.string().nullable(),
    })
    .nullable(),
  history: z.array(
    z.object({
      version: z.number(),
      state: z.enum(['in-force', 'replaced', 'proposed', 'rejected']),
      by: z.string(),
      at: z.date(),
      reason: z.string(),
    }),
  ),
});
export type PolicyView = z.infer<typeof PolicyView>;

export const PoliciesPage = z.object({
  policies: z.array(PolicyView),
  /** Why the one who looks may not propose; null when they may. */
  editRefusal: z.string().nullable(),
});
export type PoliciesPage = z.infer<typeof PoliciesPage>;
