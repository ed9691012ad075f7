import 'server-only';
import { z } from 'zod';
import { auditOverview, entryDetail, pageOfEvents, verifyAudit } from '../audit/actions';
import { EventFilterShape } from '../audit/shapes';
import { procedure, router } from '../trpc/init';

const Head = z.object({ seq: z.number(), hash: z.string() });
const Entry = z.object({
  seq: z.number(),
  id: z.string(),
  type: z.string(),
  actor: z.string(),
  actorName: z.string(),
  subject: z.object({ kind: z.string(), id: z.string(), name: z.string().nullable() }),
  launchId: z.string().nullable(),
  portfolioId: z.string().nullable(),
  occurredAt: z.date(),
  recordedAt: z.date(),
  data: z.record(z.string(), z.unknown()),
  hash: z.string(),
});

export const auditRouter = router({
  overview: procedure('audit.verify')
    .output(
      z.object({
        head: Head,
        lastExport: z
          .object({
            seq: z.number(),
            hash: z.string(),
            exportedAt: z.date(),
            target: z.string(),
            ok: z.boolean(),
            error: z.string().nullable(),
          })
          .nullable(),
        actors: z.array(z.object({ ref: z.string(), name: z.string() })),
        types: z.array(z.string()),
      }),
    )
    .query(() => auditOverview()),
  verify: procedure('audit.verify')
    .output(
      z.object({
        ok: z.boolean(),
        checked: z.number(),
        total: z.number(),
        head: Head,
        firstAt: z.date().nullable(),
        faults: z.array(z.object({ seq: z.number(), kind: z.string(), words: z.string() })),
        exportedHeads: z.number(),
        seals: z.number(),
        checkedAt: z.date(),
        durationMs: z.number(),
      }),
    )
    .query(({ ctx }) => verifyAudit(ctx.actor)),
  page: procedure('audit.verify')
    .input(EventFilterShape.extend({ cursor: z.number().int().optional() }))
    .output(z.object({ entries: z.array(Entry), next: z.number().nullable() }))
    .query(({ ctx, input }) => pageOfEvents(ctx.actor, input)),
  entry: procedure('audit.verify')
    .input(z.object({ seq: z.number().int().positive() }))
    .output(
      Entry.extend({
        previousHash: z.string(),
        nextHash: z.string().nullable(),
        content: z.string(),
        hashMatches: z.boolean(),
        linkedBefore: z.boolean(),
        linkedAfter: z.boolean(),
      }),
    )
    .query(({ ctx, input }) => entryDetail(ctx.actor, input.seq)),
});
