'use client';
import type { AlertDetail } from '@/server/alerts/view';
import { cx } from '../ui/cx';
import { Glyph } from '../ui/glyph';
import { Countdown, Time } from '../ui/time';
import { TONE } from '../ui/tone';

/** Who has been told and who is next, when: technical team, management, board. It stops at the first acknowledgement. */
export function EscalationBar({ alert }: { alert: AlertDetail }) {
  const climbs = alert.state === 'firing';
  return (
    <ol className="grid gap-1 md:grid-cols-3">
      {alert.plan.map((step) => {
        const isNext = climbs && step.level === alert.level + 1 && step.at !== null;
        return (
          <li key={step.level} className={cx('min-w-0', step.told ? TONE.run : TONE.off)}>
            <div
              aria-hidden="true"
              className={cx('mb-1.5 h-1 inset-ring inset-ring-line-strong', step.told && 'bg-(--s) inset-ring-(--s)')}
            />
            <div className="flex items-center gap-1.5">
              <span className="text-(--s)">
                <Glyph name={step.told ? 'run' : 'off'} />
              </span>
              <span className={step.told ? 'font-medium' : 'text-ink-2'}>{step.name}</span>
            </div>
            <div className="text-xs text-ink-3">
              {step.told && step.at && step.level === 0 && (
                <>
                  told <Time at={step.at} seconds />
                </>
              )}
              {step.told && step.level > 0 && 'told'}
              {isNext && step.at && (
                <>
                  <Time at={step.at} seconds />, <Countdown until={step.at} /> left
                </>
              )}
              {!step.told &&
                !isNext &&
                (climbs && step.at ? <Time at={step.at} seconds /> : climbs ? 'not by itself' : 'held')}
            </div>
          </li>
        );
      })}
    </ol>
  );
}
