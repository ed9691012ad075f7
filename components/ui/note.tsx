import type { ReactNode } from 'react';
import { cx } from './cx';
import { Glyph, type GlyphName } from './glyph';
import { TONE, type Tone } from './tone';

const GLYPH: Record<Tone, GlyphName> = { ok: 'ok', run: 'run', warn: 'warn', high: 'fail', crit: 'crit', off: 'lock' };

/** Something the server said, verbatim: what happened, what it means, and the one thing to do. */
export function Note({
  tone,
  glyph,
  title,
  children,
  action,
  role,
}: {
  tone: Tone;
  glyph?: GlyphName;
  title?: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
  /** `alert` for what just happened in answer to a press. */
  role?: 'alert' | 'status';
}) {
  return (
    <div
      role={role}
      className={cx(
        TONE[tone],
        'flex flex-wrap gap-2.5 rounded-r-sm border-l-3 border-(--s) bg-(--st) px-3 py-2.25 [--icon-cut:var(--st)]',
      )}
    >
      <span className="pt-px text-(--s)">
        <Glyph name={glyph ?? GLYPH[tone]} />
      </span>
      <div className="min-w-40 flex-1">
        {title && <div className="font-medium">{title}</div>}
        {/* A link among words is told by its line, not by colour alone, and keeps to their line. */}
        {children && (
          <div className="text-xs text-ink-2 [&_a]:underline phone:[&_a]:inline phone:[&_a]:min-h-0">{children}</div>
        )}
      </div>
      {action}
    </div>
  );
}
