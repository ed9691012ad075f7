import { z } from 'zod';

/** What a backup holds, and how each file is known to be whole. */
export const BackupManifest = z.object({
  format: z.literal('going-live-backup-1'),
  takenAt: z.iso.datetime(),
  server: z.string(),
  /** Hashes of the migrations, in order: a backup goes back into the very schema it came from. */
  migrations: z.array(z.string()),
  /** Partitions, as `[parent, yyyymm]`, that must exist before their rows. */
  partitions: z.array(z.tuple([z.string(), z.string().regex(/^\d{6}$/)])),
  /** In an order in which every row finds the rows it refers to. */
  tables: z.array(
    z.object({
      name: z.string().regex(/^[a-z_]+$/),
      columns: z.array(z.string().regex(/^[a-z0-9_]+$/)).min(1),
      rows: z.number().int().min(0),
      sha256: z.string().length(64),
    }),
  ),
  auditHead: z.object({ seq: z.number().int(), hash: z.string().length(64) }),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

/**
 * Tables so that each comes after those it refers to. `references` are `[from, to]`; a table may refer to itself. Throws
 * when tables refer to each other in a circle, which no order satisfies.
 */
export function inReferenceOrder(tables: string[], references: [string, string][]): string[] {
  const ordered: string[] = [];
  let left = [...tables].sort();
  while (left.length > 0) {
    const free = left.filter(
      (table) => !references.some(([from, to]) => from === table && to !== table && left.includes(to)),
    );
    if (free.length === 0) throw new Error(`These tables refer to each other in a circle: ${left.join(', ')}.`);
    ordered.push(...free);
    left = left.filter((table) => !free.includes(table));
  }
  return ordered;
}
