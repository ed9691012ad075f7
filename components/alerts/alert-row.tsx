'use client';
import Link from 'next/link';
import type { AlertListed } from '@/server/alerts/view';
import { cx } from '../ui/cx';
import { Glyph } from '../ui/glyph';
import { STATUS } from '../ui/status';
import { TONE } from '../ui/tone';
import { AlertState, markOf } from './alert-state';

/** One alert in the list: mark, title with value and threshold, severity and place, state and what comes next. */
export function AlertRow({ alert, selected }: { alert: AlertListed; selected: boolean }) {
  const mark = STATUS[markOf(alert)];
  const severity = STATUS[alert.severity];
  const isOver = alert.state === 'resolved';
  const burns = alert.state === 'firing' && alert.severity === 'critical';
  return (
    <li
      className={cx(
        TONE[mark.tone],
        'relative flex items-start gap-2.5 border-t border-line px-4 py-2 first:border-t-0 phone:min-h-(--size-row-touch) phone:py-3',
        selected && 'bg-raised shadow-[inset_2px_0_0_var(--color-ink)]',
        !selected && 'hover:bg-raised',
        burns && 'phone:border-l-2 phone:border-l-(--s) phone:bg-(--st) phone:[--icon-cut:var(--st)]',
      )}
    >
      <span className="flex-none pt-0.5 leading-0 text-(--s)">
        <Glyph name={mark.glyph} size="lg" className="phone:size-5" />
      </span>
      <div className="min-w-0 flex-1 md:grid md:grid-cols-[minmax(0,1fr)_minmax(11rem,15rem)] md:gap-4">
        <div className="min-w-0">
          <Link
            href={`/alerts/${alert.id}`}
            aria-current={selected ? 'true' : undefined}
            className={cx(
              'wrap-anywhere after:absolute after:inset-0 hover:no-underline phone:text-base',
              isOver ? 'font-medium text-ink-2' : 'font-semibold',
            )}
          >
            {alert.title}
          </Link>
          <div className="text-xs text-ink-3">
            <span className={cx(TONE[severity.tone], isOver ? 'text-ink-3' : 'font-medium text-(--s)')}>
              {isOver ? `was ${severity.word.toLowerCase()}` : severity.word}
            </span>
            {' · '}
            {alert.place} · {alert.number}
            {alert.isTest && ' · test'}
          </div>
        </div>
        <div className="phone:mt-0.5 phone:text-xs">
          <AlertState alert={alert} />
        </div>
      </div>
      <Glyph name="right" size="sm" className="mt-1 flex-none text-ink-3 md:hidden" />
    </li>
  );
}
