import type { ReactNode } from 'react';
import { Glyph } from './glyph';
import { Note } from './note';
import { Region } from './page';
import { Tag } from './status';

export type Blocker = {
  key: string;
  /** As the server words it. */
  text: string;
  sub?: ReactNode;
  /** Who can clear it. */
  who?: ReactNode;
  /** The one thing that does. */
  action?: ReactNode;
};

/** The verdict, what blocks in the server's words with who clears it, and what is met, folded. */
export function GateCard({
  title,
  blockers,
  met,
  computed,
  overridden,
  id = 'gate',
}: {
  /** "Gate to 100 %". */
  title: string;
  blockers: readonly Blocker[];
  met: readonly { key: string; text: string }[];
  /** "Computed 10:42:17 EST from facts; re-checked when you promote". */
  computed?: ReactNode;
  /** A break-glass override: who, when, why, and the review. */
  overridden?: { title: ReactNode; reason: ReactNode; action?: ReactNode };
  id?: string;
}) {
  const isOpen = blockers.length === 0;
  return (
    <Region
      id={id}
      title={title}
      tags={
        isOpen ? (
          <Tag kind="passed">Open</Tag>
        ) : (
          <Tag kind="closed">
            Closed, {blockers.length} {blockers.length === 1 ? 'blocker' : 'blockers'}
          </Tag>
        )
      }
      end={computed}
    >
      {overridden && (
        <div className="mb-2">
          <Note tone="crit" title={overridden.title} action={overridden.action}>
            {overridden.reason}
          </Note>
        </div>
      )}
      <ul>
        {blockers.map((blocker) => (
          <li
            key={blocker.key}
            className="grid grid-cols-[14px_minmax(0,1fr)_auto] items-start gap-x-2.5 gap-y-1 border-t border-line py-2 first:border-t-0 md:grid-cols-[14px_minmax(0,1fr)_minmax(96px,160px)_minmax(88px,auto)]"
          >
            <Glyph name="lock" className="mt-0.75 text-off" />
            <div className="min-w-0">
              <div className="font-medium">{blocker.text}</div>
              {blocker.sub && <div className="text-xs text-ink-3">{blocker.sub}</div>}
            </div>
            <div className="text-ink-2 phone:col-start-2 phone:row-start-2 phone:text-xs">{blocker.who}</div>
            <div className="justify-self-end">{blocker.action}</div>
          </li>
        ))}
      </ul>
      {met.length > 0 && (
        <details className="mt-1 border-t border-line pt-2">
          <summary className="w-fit text-ink-2 phone:min-h-11">
            {met.length} {met.length === 1 ? 'condition' : 'conditions'} met
          </summary>
          <ul className="mt-1 grid gap-1">
            {met.map((condition) => (
              <li key={condition.key} className="flex items-start gap-2.5 text-ink-2">
                <Glyph name="ok" className="mt-0.75 text-ok" />
                <span>{condition.text}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Region>
  );
}
