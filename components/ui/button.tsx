'use client';
import Link from 'next/link';
import { type ComponentProps, type MouseEvent, type ReactNode, useId } from 'react';
import { cx } from './cx';
import { Glyph, type GlyphName } from './glyph';

const VARIANTS = {
  primary: 'border-primary bg-primary text-on-primary hover:opacity-90',
  default: 'border-line-strong bg-surface text-ink hover:bg-raised',
  danger: 'border-crit-solid bg-crit-solid text-on-crit hover:bg-crit-press [--icon-cut:var(--color-crit-solid)]',
  'danger-line': 'border-crit text-crit hover:bg-crit-tint',
  quiet: 'border-transparent text-ink-2 hover:bg-raised hover:text-ink',
} as const;

const SIZES = {
  sm: 'h-6 px-2 text-xs',
  md: 'h-(--size-control) px-2.5',
  lg: 'h-9 px-3',
  touch: 'h-(--size-control-touch) w-full rounded-md px-4 text-lg',
} as const;

type Look = {
  variant?: keyof typeof VARIANTS;
  size?: keyof typeof SIZES;
  glyph?: GlyphName;
};

/** Classes of a button, for links and summaries that must look like one. */
export function buttonClass({ variant = 'default', size = 'md' }: Look = {}, off = false) {
  return cx(
    'inline-flex items-center justify-center gap-1.5 rounded-sm border font-medium whitespace-nowrap no-underline transition-colors duration-(--duration-instant) select-none hover:no-underline phone:min-h-11 phone:min-w-11',
    SIZES[size],
    off ? 'cursor-not-allowed border-line bg-raised text-ink-3' : VARIANTS[variant],
  );
}

export type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> &
  Look & {
    /** The request is on its way: says so and takes no second press. */
    sending?: boolean;
    /** Why it cannot be pressed now, in words. The button stays focusable and says the reason. */
    blocked?: ReactNode;
    /** Where the reason already stands on the page (an element id), instead of words of its own. */
    blockedBy?: string;
  };

export function Button({
  variant,
  size,
  glyph,
  sending = false,
  blocked,
  blockedBy,
  onClick,
  children,
  className,
  type = 'button',
  ...rest
}: ButtonProps) {
  const reasonId = useId();
  const isBlocked = Boolean(blocked || blockedBy);
  const off = sending || isBlocked;
  const press = (event: MouseEvent<HTMLButtonElement>) => {
    if (off) event.preventDefault();
    else onClick?.(event);
  };
  return (
    <>
      <button
        {...rest}
        type={type}
        onClick={press}
        aria-disabled={off || undefined}
        aria-busy={sending || undefined}
        aria-describedby={cx(rest['aria-describedby'], blockedBy ?? (blocked ? reasonId : undefined)) || undefined}
        title={rest.title ?? (typeof blocked === 'string' ? blocked : undefined)}
        className={cx(buttonClass({ variant, size }, off), className)}
      >
        {sending ? <Glyph name="run" /> : isBlocked ? <Glyph name="lock" /> : glyph && <Glyph name={glyph} />}
        {sending ? 'Sending…' : children}
      </button>
      {blocked && !blockedBy && (
        <span id={reasonId} className="sr-only">
          {blocked}
        </span>
      )}
    </>
  );
}

/** Goes somewhere; a button only by its look. */
export function ButtonLink({ variant, size, glyph, className, children, ...rest }: ComponentProps<typeof Link> & Look) {
  return (
    <Link {...rest} className={cx(buttonClass({ variant, size }), className)}>
      {glyph && <Glyph name={glyph} />}
      {children}
    </Link>
  );
}

/** A square button with a mark; `label` is its name. */
export function IconButton({
  label,
  glyph,
  className,
  type = 'button',
  ...rest
}: Omit<ComponentProps<'button'>, 'children'> & { label: string; glyph: GlyphName }) {
  return (
    <button
      {...rest}
      type={type}
      aria-label={label}
      title={rest.title ?? label}
      className={cx(
        'inline-grid size-7 flex-none place-items-center rounded-sm text-ink-2 hover:bg-raised hover:text-ink phone:size-11',
        className,
      )}
    >
      <Glyph name={glyph} />
    </button>
  );
}
