'use client';
import type { ComponentProps } from 'react';
import { useState } from 'react';
import { cx } from './cx';
import { useFieldControl } from './field';

type CodeInputProps = Omit<ComponentProps<'input'>, 'value' | 'onChange'> & {
  value: string;
  onChange: (code: string) => void;
  digits?: number;
};

/** Six digits drawn as boxes over one real input, so that paste, autofill and screen readers see one field. */
export function CodeInput({ value, onChange, digits = 6, className, ...props }: CodeInputProps) {
  const [focused, setFocused] = useState(false);
  const link = useFieldControl(props);
  const places = Array.from({ length: digits }, (_, place) => place);
  return (
    <span className={cx('relative inline-flex gap-1.5', className)}>
      {places.map((place) => (
        <span
          key={place}
          aria-hidden="true"
          className={cx(
            'grid h-11 w-9 place-items-center rounded-sm border bg-canvas text-xl font-medium',
            link['aria-invalid'] ? 'border-high' : 'border-line-control',
            focused && place === Math.min(value.length, digits - 1) && 'outline-2 outline-offset-1 outline-focus',
          )}
        >
          {value[place] ?? ''}
        </span>
      ))}
      <input
        {...props}
        {...link}
        value={value}
        onChange={(event) => onChange(event.target.value.replace(/\D/g, '').slice(0, digits))}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        inputMode="numeric"
        autoComplete="one-time-code"
        pattern={`[0-9]{${digits}}`}
        className="absolute inset-0 w-full bg-transparent text-lg text-transparent caret-transparent outline-none selection:bg-transparent"
      />
    </span>
  );
}
