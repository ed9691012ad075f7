'use client';
import type { AlertListed } from '@/server/alerts/view';
import { Status } from '../ui/status';
import { Age, Time } from '../ui/time';

/** The state of an alert with what comes next, in two lines: "Firing 2 min" over "Escalates 03:11 EST". */
export function AlertState({ alert }: { alert: AlertListed }) {
  switch (alert.state) {
    case 'pending':
      return (
        <div>
          <Status kind="pending" detail={<Age at={alert.firedAt} />}>
            Seen once
          </Status>
          <div className="text-xs text-ink-3">Not confirmed; nobody told</div>
        </div>
      );
    case 'firing':
      return (
        <div>
          <span className="font-medium">Firing</span> <Age at={alert.firedAt} className="text-xs text-ink-3" />
          {alert.inhibited ? (
            <div className="text-xs text-ink-3">Told once the emergency is over</div>
          ) : (
            alert.nextEscalationAt && (
              <div className="text-xs text-ink-3">
                Escalates <Time at={alert.nextEscalationAt} />
              </div>
            )
          )}
        </div>
      );
    case 'acknowledged':
      return (
        <div>
          <Status kind="acknowledged" detail={<Age at={alert.firedAt} />} />
          <div className="text-xs text-ink-3">
            {alert.acknowledgedByName}
            {alert.acknowledgedUntil && (
              <>
                {' '}
                until <Time at={alert.acknowledgedUntil} />
              </>
            )}
          </div>
        </div>
      );
    case 'silenced':
      return (
        <div>
          <Status kind="silenced" detail={<Age at={alert.firedAt} />} />
          <div className="text-xs text-ink-3">
            {alert.silencedUntil && (
              <>
                to <Time at={alert.silencedUntil} />
              </>
            )}
            {alert.silenceReason && `, ${alert.silenceReason}`}
          </div>
        </div>
      );
    case 'resolved':
      return (
        <div>
          <Status kind="resolved" />
          <div className="text-xs text-ink-3">{alert.resolvedAt && <Time at={alert.resolvedAt} withDate />}</div>
        </div>
      );
  }
}

/** The mark of a row: silence and recovery show before how bad it was. */
export function markOf(alert: AlertListed): 'silenced' | 'resolved' | AlertListed['severity'] {
  if (alert.state === 'resolved') return 'resolved';
  return alert.state === 'silenced' ? 'silenced' : alert.severity;
}
