import 'server-only';
import { sql as query } from 'drizzle-orm';
import { z } from 'zod';
import { db } from '@/db/client';
import { authorize } from '../../identity/authorize';
import type { Actor } from '../../kernel/actor';

export const INSTRUMENTS_A_PAGE = 50;

export const RegisterRow = z.object({
  instrument: z.string(),
  multiplier: z.string(),
  fx: z.string(),
  /** Null where nobody stated one. */
  lot: z.string().nullable(),
  initialMargin: z.string().nullable(),
  source: z.enum(['registered', 'snapshot']),
  since: z.date(),
  statedBy: z.object({ kind: z.enum(['person', 'key', 'other']), name: z.string() }),
  /** The newest price that is kept: a reference of the last minutes, else a daily close; null where there is none. */
  last: z.object({ price: z.string(), at: z.date().nullable(), day: z.string().nullable() }).nullable(),
  /** A correction of it waits for a signature. */
  isWaiting: z.boolean(),
});
export type RegisterRow = z.infer<typeof RegisterRow>;

export const RegisterPage = z.object({
  rows: z.array(RegisterRow),
  /** How many fit the search in all. */
  total: z.number(),
  next: z.string().nullable(),
});
export type RegisterPage = z.infer<typeof RegisterPage>;

type Stored = {
  instrument: string;
  multiplier: string;
  fx: string;
  lot: string | null;
  margin: string | null;
  source: 'registered' | 'snapshot';
  since: string;
  by: string;
  name: string | null;
  price: string | null;
  at: string | null;
  close: string | null;
  day: string | null;
  waiting: boolean;
};

const literally = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;

/**
 * The register of a portfolio by name, a page at a time, with the newest price that is kept of each and who stated it.
 * `text` is part of a name, whatever its case; `cursor` the last name of the page before; `only` one whole name.
 */
export async function registerPage(
  actor: Actor,
  input: { portfolioId: string; text?: string; only?: string; cursor?: string | null },
): Promise<RegisterPage> {
  const { portfolioId, text, only, cursor } = input;
  authorize(actor, 'read', { portfolioId });
  const fits = query`i.portfolio_id = ${portfolioId} ${text ? query`and i.instrument ilike ${literally(text)}` : query``} ${only ? query`and i.instrument = ${only}` : query``}`;
  const [rows, [counted]] = await Promise.all([
    db.execute<Stored>(query`
      select p.instrument, p.multiplier::text, p.fx::text, p.lot::text, p.initial_margin::text as margin, p.source,
        to_json(p.updated_at) #>> '{}' as since, p.updated_by as by, coalesce(person.name, key.name) as name,
        mark.price::text, to_json(mark.at) #>> '{}' as at, newest.close::text, newest.day,
        exists (select from instrument_corrections c where c.portfolio_id = p.portfolio_id and c.instrument = p.instrument
          and c.applied_at is null and c.ended_at is null and c.proposed_at > app.now() - interval '72 hours') as waiting
      from (select * from instruments i where ${fits} ${cursor ? query`and i.instrument > ${cursor}` : query``}
        order by i.instrument limit ${INSTRUMENTS_A_PAGE + 1}) p
      left join people person on p.updated_by = 'person:' || person.id
      left join api_keys key on p.updated_by = 'key:' || key.id
      left join lateral (select m.price, m.at from instrument_marks m where m.portfolio_id = p.portfolio_id
        and m.instrument = p.instrument order by m.minute desc limit 1) mark on true
      left join lateral (select c.close, c.day from instrument_closes c where c.portfolio_id = p.portfolio_id
        and c.instrument = p.instrument order by c.day desc limit 1) newest on true
      order by p.instrument`),
    db.execute<{ total: number }>(query`select count(*)::int as total from instruments i where ${fits}`),
  ]);
  const page = rows.slice(0, INSTRUMENTS_A_PAGE).map(viewOf);
  return {
    rows: page,
    total: counted?.total ?? 0,
    next: rows.length > INSTRUMENTS_A_PAGE ? (page.at(-1)?.instrument ?? null) : null,
  };
}

/** Decimal text without the zeros that its column adds. */
const plain = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text);

function viewOf(row: Stored): RegisterRow {
  const isMark = row.price !== null && row.at !== null && (row.day === null || row.at.slice(0, 10) >= row.day);
  const close = row.close !== null ? { price: plain(row.close), at: null, day: row.day } : null;
  return {
    instrument: row.instrument,
    multiplier: plain(row.multiplier),
    fx: plain(row.fx),
    lot: row.lot && plain(row.lot),
    initialMargin: row.margin && plain(row.margin),
    source: row.source,
    since: new Date(row.since),
    statedBy: stated(row),
    last: isMark ? { price: plain(row.price ?? ''), at: new Date(row.at ?? ''), day: null } : close,
    isWaiting: row.waiting,
  };
}

function stated({ by, name, source }: Stored): RegisterRow['statedBy'] {
  if (source === 'snapshot' && !by.startsWith('person:')) return { kind: 'other', name: 'Snapshots' };
  if (by.startsWith('person:')) return { kind: 'person', name: name ?? 'A person' };
  if (by.startsWith('key:')) return { kind: 'key', name: name ?? 'An API key' };
  return { kind: 'other', name: by.replace(/^job:/, '') };
}
