import 'server-only';
import { desc } from 'drizzle-orm';
import { db } from '@/db/client';
import { checklistTemplates } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import { type Template, templateOf } from './template-version';

type Reader = Tx | typeof db;
type Row = typeof checklistTemplates.$inferSelect;

/** The template that a new launch copies: the newest version, or version 1 that ships. */
export async function templateInForce(from: Reader = db): Promise<Template> {
  const [row] = await listTemplates(from, 1);
  return templateOf(row ?? null);
}

/** Versions after the one that ships, newest first. */
export const listTemplates = (from: Reader = db, limit = 50): Promise<Row[]> =>
  from.select().from(checklistTemplates).orderBy(desc(checklistTemplates.version)).limit(limit);

/** False when somebody else has made this version meanwhile. */
export async function insertTemplate(tx: Tx, row: typeof checklistTemplates.$inferInsert): Promise<boolean> {
  const rows = await tx
    .insert(checklistTemplates)
    .values(row)
    .onConflictDoNothing()
    .returning({ version: checklistTemplates.version });
  return rows.length === 1;
}
