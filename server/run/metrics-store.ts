import 'server-only';
import { sql as database } from '@/db/client';
import { log } from '../kernel/log';

export type Sample = { labels: Record<string, string>; value: number };
export type Family = { name: string; help: string; samples: Sample[] };

type Row = { label: string; value: number | string | null };

export const METRIC_QUERIES: { name: string; help: string; label: string; sql: string }[] = [
  {
    name: 'going_live_job_last_success_age_seconds',
    help: 'Time since a job last ended well.',
    label: 'job',
    sql: `select name as label, extract(epoch from app.protocol_now() - max(finished_at)) as value
      from job_runs where outcome = 'done' group by name`,
  },
  {
    name: 'going_live_job_runs',
    help: 'Runs of jobs in the last day by outcome.',
    label: 'outcome',
    sql: `select outcome as label, count(*) as value from job_runs
      where started_at > app.protocol_now() - interval '1 day' group by outcome`,
  },
  {
    name: 'going_live_process_heartbeat_age_seconds',
    help: 'Time since the youngest heartbeat of each kind of process.',
    label: 'kind',
    sql: `select kind as label, extract(epoch from app.protocol_now() - max(heartbeat_at)) as value
      from processes where stopped_at is null group by kind`,
  },
  {
    name: 'going_live_snapshot_age_seconds',
    help: 'Age of the newest accepted snapshot of each portfolio, in domain time.',
    label: 'portfolio',
    sql: `select p.name as label, extract(epoch from app.now() - r.as_of) as value
      from risk_states r join portfolios p on p.id = r.portfolio_id`,
  },
  {
    name: 'going_live_snapshots',
    help: 'Snapshots accepted in the last hour of domain time, by kind.',
    label: 'kind',
    sql: `select kind as label, count(*) as value from snapshots
      where as_of > app.now() - interval '1 hour' group by kind`,
  },
  {
    name: 'going_live_breaches_open',
    help: 'Breach episodes that are not over, by tier.',
    label: 'tier',
    sql: `select tier as label, count(*) as value from breach_episodes
      where state in ('open', 'acknowledged') group by tier`,
  },
  {
    name: 'going_live_alerts_open',
    help: 'Alerts that are not resolved, by severity.',
    label: 'severity',
    sql: `select severity as label, count(*) as value from alerts where resolved_at is null group by severity`,
  },
  {
    name: 'going_live_deliveries',
    help: 'Deliveries by state.',
    label: 'state',
    sql: `select state as label, count(*) as value from deliveries group by state`,
  },
  {
    name: 'going_live_alert_delivery_seconds',
    help: 'From queued to delivered, over the deliveries of the last hour.',
    label: 'quantile',
    sql: `select q::text as label, percentile_cont(q) within group (order by
        extract(epoch from delivered_at - queued_at)) as value
      from deliveries, unnest(array[0.5, 0.95, 0.99]) q
      where delivered_at > app.now() - interval '1 hour' group by q`,
  },
  {
    name: 'going_live_event_chain_length',
    help: 'Events in the hash chain.',
    label: 'chain',
    sql: `select 'events' as label, seq as value from event_head`,
  },
];

/** One family; rejects when its query does. A value that is not known is no sample. */
export async function readFamily({ name, help, label, sql }: (typeof METRIC_QUERIES)[number]): Promise<Family> {
  const rows = await database.unsafe<Row[]>(sql);
  const known = rows.filter(({ value }) => value !== null);
  return { name, help, samples: known.map((row) => ({ labels: { [label]: row.label }, value: Number(row.value) })) };
}

/** Facts of the installation, the same from whichever instance they are asked. A query that fails leaves its family out. */
export async function readInstallationMetrics(): Promise<Family[]> {
  return Promise.all(
    METRIC_QUERIES.map((query) =>
      readFamily(query).catch((error) => {
        log.warn({ err: error, metric: query.name }, 'a metric cannot be read');
        return { name: query.name, help: query.help, samples: [] };
      }),
    ),
  );
}
