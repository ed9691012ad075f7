import { sql } from '@/db/client';

/** Moves domain time of the demo, so that the story lies in the days before now; `0` brings it back to the clock. */
export async function setClock(by: string): Promise<void> {
  await sql`select app.shift_clock(${by}::interval)`;
}
