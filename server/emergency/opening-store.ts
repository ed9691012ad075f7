import 'server-only';
import { asc, eq, sql as query } from 'drizzle-orm';
import { type Db, db } from '@/db/client';
import { engineCommands, engines } from '@/db/schema';
import type { Tx } from '../kernel/transaction';
import type { OpeningCommand } from './opening';

/** What the systems of an emergency were told when it was resumed, and what became of it. */
export async function listOpenings(emergencyId: string, from: Tx | Db = db): Promise<OpeningCommand[]> {
  return from
    .select({
      id: engineCommands.id,
      engineId: engineCommands.engineId,
      engineName: engines.name,
      portfolioId: engines.portfolioId,
      type: engineCommands.type,
      state: engineCommands.state,
      attempts: engineCommands.attempts,
      error: engineCommands.error,
      createdAt: engineCommands.createdAt,
    })
    .from(engineCommands)
    .innerJoin(engines, eq(engines.id, engineCommands.engineId))
    .where(query`${engineCommands.cause}->>'kind' = 'emergency' and ${engineCommands.cause}->>'id' = ${emergencyId}`)
    .orderBy(asc(engines.name), asc(engineCommands.createdAt), asc(engineCommands.id));
}
