'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import type { AlertDetail as Detail } from '@/server/alerts/view';
import { FollowPortfolio } from '../shell/follow-portfolio';
import { useTRPC } from '../trpc';
import { ButtonLink } from '../ui/button';
import { cx } from '../ui/cx';
import { List, ListRow } from '../ui/list';
import { Note } from '../ui/note';
import { Region, TextLink } from '../ui/page';
import { Facts } from '../ui/stat';
import { EmptyState } from '../ui/states';
import { STATUS, Tag } from '../ui/status';
import { Age, Countdown, Time } from '../ui/time';
import { Timeline } from '../ui/timeline';
import { TONE } from '../ui/tone';
import { AcknowledgeButton } from './acknowledge-button';
import { wordsOfEvent } from './alert-events';
import { AlertState, markOf } from './alert-state';
import { Deliveries } from './deliveries';
import { EscalationBar } from './escalation-bar';
import { SilenceControl } from './silence-panel';

/** Where an emergency about this alert starts, with its scope and reason filled in. */
const emergencyHref = (alert: Detail): string => {
  const scope = { strategy: alert.strategyId, portfolio: alert.portfolioId, firm: null }[alert.emergencyScope];
  const query = new URLSearchParams({ scope: alert.emergencyScope, reason: `${alert.title} (${alert.number})` });
  if (scope) query.set('id', scope);
  return `/emergency?${query}`;
};

const LINK_WORDS: Record<string, string> = {
  risk: 'Open risk',
  launches: 'Open the launch',
  emergency: 'Open the emergency',
  incidents: 'Open the incident',
  reports: 'Open the report',
};

const linkWords = (link: string): string =>
  link.includes('episode=') ? 'Open the breach' : (LINK_WORDS[link.split(/[/?]/)[1] ?? ''] ?? 'Open its page');

/** Everything about one alert: what, since when, who was told, what is next, and the one thing to do. */
export function AlertDetail({ id, heading: Heading = 'h2' }: { id: string; heading?: 'h1' | 'h2' }) {
  const trpc = useTRPC();
  const alert = useSuspenseQuery(trpc.alerts.byId.queryOptions({ id })).data;
  const mark = STATUS[markOf(alert)];
  return (
    <article aria-label={`Alert ${alert.number}`} className="flex min-h-full flex-col">
      <FollowPortfolio id={alert.portfolioId} />
      <header
        className={cx(
          TONE[mark.tone],
          'border-b border-line px-4 pt-3 pb-3',
          alert.state === 'firing' && 'phone:bg-(--st) phone:[--icon-cut:var(--st)]',
        )}
      >
        <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
          <span className="font-semibold">{alert.number}</span>
          <Tag kind={alert.severity}>{STATUS[alert.severity].word}</Tag>
          {alert.isTest && <Tag>Test</Tag>}
          <span className="text-xs text-ink-2">
            {alert.state === 'firing' ? (
              <>
                firing since <Time at={alert.firedAt} seconds />, <Age at={alert.firedAt} long />
              </>
            ) : (
              <>
                {STATUS[alert.state].word.toLowerCase()}, raised <Time at={alert.firedAt} seconds />
              </>
            )}
          </span>
        </div>
        <Heading className="mt-2 text-xl leading-6.5 font-semibold tracking-[-0.015em] wrap-anywhere">
          {alert.title}
        </Heading>
        {alert.body && <p className="mt-1 max-w-[74ch] text-ink-2 phone:text-base">{alert.body}</p>}
        <div className="mt-3 flex flex-wrap items-center gap-2 phone:hidden">
          <AcknowledgeButton alert={alert} />
          <SilenceControl alert={alert} />
          <ButtonLink href={alert.link} size="lg">
            {linkWords(alert.link)}
          </ButtonLink>
          <span className="ml-auto">
            <ButtonLink href={emergencyHref(alert)} variant="danger-line" size="lg" glyph="stop">
              Emergency…
            </ButtonLink>
          </span>
        </div>
      </header>
      <Story alert={alert} />
      <PhoneActions alert={alert} />
    </article>
  );
}

function Story({ alert }: { alert: Detail }) {
  return (
    <div className="flex-1 divide-y divide-line">
      <NextStep alert={alert} />
      <div className="px-4 py-3">
        <Facts
          items={[
            ...alert.facts.map((fact) => ({ key: fact.label, name: fact.label, value: fact.value })),
            ...(alert.facts.some((fact) => fact.value === alert.place)
              ? []
              : [{ key: 'where', name: 'Where', value: alert.place }]),
            ...(alert.seenCount > 1
              ? [
                  {
                    key: 'seen',
                    name: 'Seen',
                    value: (
                      <>
                        {alert.seenCount} times, last <Time at={alert.lastSeenAt} seconds />
                      </>
                    ),
                  },
                ]
              : []),
            { key: 'fingerprint', name: 'Fingerprint', value: <span className="mono">{alert.fingerprint}</span> },
          ]}
        />
        <TextLink href={alert.link} className="mt-2 inline-block md:hidden">
          {linkWords(alert.link)}
        </TextLink>
      </div>
      {alert.state !== 'resolved' && !alert.isTest && (
        <Region title="Escalation" end="stops at the first acknowledgement">
          <EscalationBar alert={alert} />
        </Region>
      )}
      <Region title="Deliveries" end={deliveryCounts(alert)} flush>
        {alert.deliveries.length === 0 ? (
          <div className="px-4 pb-3">
            <Untold alert={alert} />
          </div>
        ) : (
          <Deliveries deliveries={alert.deliveries} />
        )}
      </Region>
      {alert.siblings.length > 0 && (
        <Region title={`Also open at ${alert.place}`} flush>
          <List label="In the same group">
            {alert.siblings.map((sibling) => (
              <ListRow
                key={sibling.id}
                kind={markOf(sibling)}
                title={sibling.title}
                href={`/alerts/${sibling.id}`}
                meta={<AlertState alert={sibling} />}
              />
            ))}
          </List>
        </Region>
      )}
      <Region title="Timeline" flush>
        <Timeline
          label="What happened"
          entries={alert.events.map((event) => ({
            key: event.id,
            ...wordsOfEvent(event),
            occurredAt: event.occurredAt,
            recordedAt: event.recordedAt,
          }))}
        />
      </Region>
    </div>
  );
}

/** On a phone the next thing that happens by itself stands large; at the desk the escalation bar says it. */
function NextStep({ alert }: { alert: Detail }) {
  if (alert.state === 'acknowledged' && alert.acknowledgedUntil) {
    return (
      <div className="flex items-center gap-3 px-4 py-3">
        <div className="flex-1">
          <div className="font-medium">Acknowledged by {alert.acknowledgedByName}</div>
          <div className="text-xs text-ink-3">
            until <Time at={alert.acknowledgedUntil} />, then it notifies again
          </div>
        </div>
        <Countdown until={alert.acknowledgedUntil} className="text-xl font-medium" />
      </div>
    );
  }
  if (alert.state === 'silenced' && alert.silencedUntil) {
    return (
      <div className="px-4 py-3">
        <div className="font-medium">
          Silenced until <Time at={alert.silencedUntil} withDate />
        </div>
        <div className="text-xs text-ink-3">{alert.silenceReason}</div>
      </div>
    );
  }
  if (alert.state === 'resolved') {
    return (
      <div className="px-4 py-3">
        <Note tone="ok" title="Resolved">
          {alert.resolvedWhy}
        </Note>
      </div>
    );
  }
  const next = alert.plan.find((step) => step.level === alert.level + 1);
  if (alert.state !== 'firing' || !next?.at || alert.inhibited) return null;
  return (
    <div className="flex items-center gap-3 px-4 py-3 md:hidden">
      <div className="flex-1">
        <div className="font-medium">Escalates to {next.name.toLowerCase()}</div>
        <div className="text-xs text-ink-3">
          at <Time at={next.at} seconds />, unless acknowledged
        </div>
      </div>
      <Countdown until={next.at} className="text-xl font-medium" />
    </div>
  );
}

function deliveryCounts({ deliveries }: Detail): string {
  const of = (...states: string[]) => deliveries.filter((delivery) => states.includes(delivery.state)).length;
  const parts: [number, string][] = [
    [of('delivered'), 'delivered'],
    [of('retrying', 'dead'), 'failed'],
    [of('queued', 'sending'), 'on the way'],
    [of('dropped'), 'not sent'],
  ];
  return parts
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

function Untold({ alert }: { alert: Detail }) {
  if (alert.inhibited)
    return <EmptyState title="Held back.">An open emergency explains it; it is told once that is over.</EmptyState>;
  if (alert.severity === 'low')
    return (
      <EmptyState title="Not sent one by one.">Low alerts go out in the digest of the next working morning.</EmptyState>
    );
  if (alert.state === 'pending')
    return <EmptyState title="Nobody told yet.">It was seen once and waits for confirmation.</EmptyState>;
  return (
    <Note tone="warn" title="Nobody was told outside this page.">
      No channel hears alerts of this severity here.{' '}
      <TextLink href="/settings/channels" className="underline">
        Set one up
      </TextLink>
      .
    </Note>
  );
}

function PhoneActions({ alert }: { alert: Detail }) {
  if (alert.state === 'resolved') return null;
  return (
    <div className="sticky bottom-(--size-bottombar) z-10 grid gap-2 border-t border-line bg-surface px-4 pt-3 pb-3 md:hidden">
      <AcknowledgeButton alert={alert} big />
      <div className="grid grid-cols-2 gap-2">
        <SilenceControl alert={alert} touch />
        <ButtonLink href={emergencyHref(alert)} variant="danger-line" size="touch" glyph="stop">
          Emergency…
        </ButtonLink>
      </div>
    </div>
  );
}
