import 'server-only';
import { sql } from 'drizzle-orm';
import { db } from '@/db/client';
import { visiblePortfolios } from '../identity/authorize';
import { leaveFor } from '../identity/permissions';
import type { PersonActor } from '../kernel/actor';
import { ChannelConfig, targetText } from './channel-config';
import { SEVERITIES } from './routing';
import { findChannels } from './store';
import type { ChannelView } from './view';

const managesAlone = (actor: PersonActor, portfolioId: string | null): boolean =>
  leaveFor(actor.grants, 'channel.manage', portfolioId) === 'alone';

type Tally = {
  channel_id: string;
  delivered: string;
  waiting: string;
  dead: string;
  last_state: string;
  last_queued: string;
  last_error: string | null;
};

/** Channels a person sees, with what became of their messages. */
export async function listChannels(actor: PersonActor): Promise<ChannelView[]> {
  const seen = visiblePortfolios(actor);
  const rows = (await findChannels()).filter(
    (row) => row.portfolioId === null || seen === null || seen.includes(row.portfolioId),
  );
  const tallies = await db.execute<Tally>(sql`
    select channel_id,
      count(*) filter (where state = 'delivered') as delivered,
      count(*) filter (where state in ('queued', 'sending', 'retrying')) as waiting,
      count(*) filter (where state = 'dead') as dead,
      (array_agg(state order by queued_at desc, id desc))[1] as last_state,
      max(queued_at) as last_queued,
      (array_agg(last_error order by queued_at desc, id desc))[1] as last_error
    from deliveries group by channel_id`);
  const of = new Map(tallies.map((tally) => [tally.channel_id, tally]));
  return rows.map((row) => {
    const tally = of.get(row.id);
    const config = ChannelConfig.safeParse({ kind: row.kind, config: row.config });
    const rotates = row.previousSecretUntil !== null && row.previousSecretUntil > new Date();
    return {
      id: row.id,
      kind: row.kind,
      name: row.name,
      target: targetText(row.kind, row.config),
      // The path of a webhook's address may be its password: whole, it is for those who set channels up.
      config: config.success && managesAlone(actor, row.portfolioId) ? config.data : null,
      hasSecret: row.secretBox !== null,
      bothSecretsUntil: rotates ? row.previousSecretUntil : null,
      level: row.level,
      minimumSeverity: SEVERITIES.find((severity) => severity === row.minimumSeverity) ?? 'low',
      portfolioId: row.portfolioId,
      enabled: row.enabled,
      disabledWhy: row.disabledWhy,
      provenAt: row.provenAt,
      last: tally ? { state: tally.last_state, queuedAt: new Date(tally.last_queued), error: tally.last_error } : null,
      counts: {
        delivered: Number(tally?.delivered ?? 0),
        waiting: Number(tally?.waiting ?? 0),
        dead: Number(tally?.dead ?? 0),
      },
    };
  });
}
