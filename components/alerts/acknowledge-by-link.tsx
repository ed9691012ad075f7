'use client';
import type { LinkedAlert } from '@/server/alerts/view';
import { ButtonLink, buttonClass } from '../ui/button';
import { cx } from '../ui/cx';
import { Glyph } from '../ui/glyph';
import { Note } from '../ui/note';
import { STATUS, Status } from '../ui/status';
import { TONE } from '../ui/tone';

const lasting = (minutes: number) => (minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`);

/** One alert, one tap. A plain form, so that it works before any script has loaded and on a bad line. */
export function AcknowledgeByLink({
  token,
  alert,
  refused,
}: {
  token: string;
  alert: LinkedAlert | null;
  refused: string | null;
}) {
  if (!alert) {
    return (
      <Frame>
        <h1 className="text-xl font-semibold">This link is not complete or not ours</h1>
        <p className="mt-2 text-base text-ink-2">Nothing was changed. Open the list of alerts and sign in.</p>
        <div className="mt-4">
          <ButtonLink href="/alerts" size="touch">
            Open alerts
          </ButtonLink>
        </div>
      </Frame>
    );
  }
  const canTake = (alert.state === 'firing' || alert.state === 'silenced') && !alert.isUsed;
  return (
    <Frame>
      <div className={cx(TONE[STATUS[alert.severity].tone], 'rounded-md bg-(--st) p-4 [--icon-cut:var(--st)]')}>
        <div className="flex flex-wrap items-center gap-x-3">
          <Status kind={alert.severity} />
          <span className="text-ink-2">
            {alert.number} since {alert.since}
          </span>
        </div>
        <h1 className="mt-2 text-xl leading-6.5 font-semibold wrap-anywhere">{alert.title}</h1>
        {alert.isTest && <p className="mt-1 text-ink-2">A test of the channel. Nothing is wrong.</p>}
      </div>
      {refused && (
        <div className="mt-4">
          <Note tone="high" role="alert" title={refused}>
            Nothing was changed.
          </Note>
        </div>
      )}
      <div className="mt-4 grid gap-3">
        {canTake ? (
          <form method="post" action="/api/v1/acknowledge">
            <input type="hidden" name="token" value={token} />
            <button type="submit" className={cx(buttonClass({ variant: 'primary', size: 'touch' }), 'min-h-14')}>
              <Glyph name="user" />
              Acknowledge for {lasting(alert.acknowledgementMinutes)}
            </button>
          </form>
        ) : (
          <Outcome alert={alert} />
        )}
        <ButtonLink href={`/alerts/${alert.id}`} size="touch">
          Open the alert
        </ButtonLink>
        <p className="text-xs text-ink-3">
          This link acknowledges this alert, once. An acknowledgement ends by itself and notifies again; it does not
          silence.
        </p>
      </div>
    </Frame>
  );
}

function Outcome({ alert }: { alert: LinkedAlert }) {
  switch (alert.state) {
    case 'acknowledged':
      return (
        <Note tone="run" glyph="user" role="status" title={`Acknowledged until ${alert.acknowledgedUntil ?? '?'}`}>
          By {alert.acknowledgedByName}. It notifies again after that.
        </Note>
      );
    case 'resolved':
      return (
        <Note tone="ok" role="status" title={alert.isTest ? 'Acknowledged: this channel is proven' : 'Resolved'}>
          There is nothing left to do.
        </Note>
      );
    case 'pending':
      return <Note tone="off" title="Seen once, not confirmed. There is nothing to acknowledge yet." />;
    default:
      return (
        <Note tone="warn" title="This link was used before and works once.">
          The alert is open again. Open it and sign in to acknowledge it.
        </Note>
      );
  }
}

const Frame = ({ children }: { children: React.ReactNode }) => (
  <main className="mx-auto min-h-dvh w-full max-w-105 px-4 py-6">{children}</main>
);
