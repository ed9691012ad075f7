'use client';
import { type ComponentProps, createContext, type ReactNode, useContext, useId } from 'react';
import { cx } from './cx';
import { Glyph } from './glyph';
import { TONE, type Tone } from './tone';

type FieldLink = { id: string; describedBy?: string; invalid: boolean; required: boolean };
const FieldContext = createContext<FieldLink | null>(null);

export type FieldProps = {
  label: ReactNode;
  hint?: ReactNode;
  /** What is wrong and what to do, tied to the control. */
  error?: ReactNode;
  optional?: boolean;
  className?: string;
  children: ReactNode;
};

/** Label, control, hint and error of one question. The Input, Textarea, Select or CodeInput inside it finds its id. */
export function Field({ label, hint, error, optional = false, className, children }: FieldProps) {
  const id = useId();
  const describedBy = cx(error ? `${id}-error` : null, hint ? `${id}-hint` : null) || undefined;
  return (
    <div className={cx('min-w-0', className)}>
      <label htmlFor={id} className="mb-1 block text-xs font-medium text-ink-2">
        {label}
        {optional && <span className="font-normal text-ink-3">, optional</span>}
      </label>
      <FieldContext value={{ id, describedBy, invalid: Boolean(error), required: !optional }}>{children}</FieldContext>
      {error && (
        <p id={`${id}-error`} role="alert" className="mt-1 flex gap-1.25 text-xs text-high">
          <Glyph name="high" size="sm" className="mt-0.5" />
          <span>{error}</span>
        </p>
      )}
      {hint && (
        <p id={`${id}-hint`} className="mt-1 text-xs text-ink-3">
          {hint}
        </p>
      )}
    </div>
  );
}

/** Attributes that tie a control to the Field around it; its own win. */
export function useFieldControl(own: {
  id?: string;
  'aria-describedby'?: string;
  'aria-invalid'?: ComponentProps<'input'>['aria-invalid'];
}) {
  const field = useContext(FieldContext);
  return {
    id: own.id ?? field?.id,
    'aria-describedby': own['aria-describedby'] ?? field?.describedBy,
    'aria-invalid': own['aria-invalid'] ?? (field?.invalid || undefined),
  };
}

const CONTROL =
  'w-full min-w-0 rounded-sm border border-line-control bg-canvas px-2 text-ink aria-invalid:border-high aria-invalid:inset-ring aria-invalid:inset-ring-high disabled:bg-raised disabled:text-ink-3 phone:min-h-11 phone:text-lg';

/** Takes `register(...)` of react-hook-form as it is. */
export function Input({ className, ...props }: ComponentProps<'input'>) {
  return <input {...props} {...useFieldControl(props)} className={cx(CONTROL, 'h-8', className)} />;
}

export function Textarea({ className, rows = 3, ...props }: ComponentProps<'textarea'>) {
  return (
    <textarea
      rows={rows}
      {...props}
      {...useFieldControl(props)}
      className={cx(CONTROL, 'block min-h-15 resize-y py-1.5', className)}
    />
  );
}

/** The platform's own list: it works with a thumb and with a keyboard. */
export function Select({ className, children, ...props }: ComponentProps<'select'>) {
  return (
    <span className={cx('relative block', className)}>
      <select {...props} {...useFieldControl(props)} className={cx(CONTROL, 'h-8 appearance-none pr-7')}>
        {children}
      </select>
      <Glyph
        name="down"
        size="sm"
        className="pointer-events-none absolute top-1/2 right-2.5 -translate-y-1/2 text-ink-2"
      />
    </span>
  );
}

/** One thing that is so or not so. */
export function Checkbox({ children, className, ...props }: ComponentProps<'input'> & { children: ReactNode }) {
  return (
    <label className={cx('flex items-start gap-2 phone:min-h-11 phone:items-center', className)}>
      <input type="checkbox" {...props} className="mt-0.75 size-3.5 flex-none accent-ink phone:mt-0 phone:size-5" />
      <span>{children}</span>
    </label>
  );
}

/** One of a few, each with what it means. `tone="crit"` for the one that cannot be undone. */
export function RadioCard({
  title,
  children,
  tone,
  ...props
}: Omit<ComponentProps<'input'>, 'title'> & { title: ReactNode; tone?: Tone }) {
  return (
    <label
      className={cx(
        tone && TONE[tone],
        'flex min-h-11 items-start gap-2.5 rounded-md border border-line-strong px-3 py-2.5',
        tone
          ? 'has-checked:border-(--s) has-checked:bg-(--st) has-checked:inset-ring has-checked:inset-ring-(--s)'
          : 'has-checked:border-ink has-checked:bg-raised has-checked:inset-ring has-checked:inset-ring-ink',
        'has-focus-visible:outline-2 has-focus-visible:outline-offset-2 has-focus-visible:outline-focus',
      )}
    >
      <input type="radio" {...props} className="mt-0.75 size-3.5 flex-none accent-ink phone:size-5" />
      <span className="min-w-0">
        <span className="block font-medium">{title}</span>
        {children && <span className="block text-xs text-ink-2">{children}</span>}
      </span>
    </label>
  );
}

/** Groups choices under one question. */
export function Fieldset({ legend, children, error }: { legend: ReactNode; children: ReactNode; error?: ReactNode }) {
  return (
    <fieldset className="min-w-0">
      <legend className="mb-1 text-xs font-medium text-ink-2">{legend}</legend>
      <div className="grid gap-2">{children}</div>
      {error && (
        <p role="alert" className="mt-1 flex gap-1.25 text-xs text-high">
          <Glyph name="high" size="sm" className="mt-0.5" />
          <span>{error}</span>
        </p>
      )}
    </fieldset>
  );
}
