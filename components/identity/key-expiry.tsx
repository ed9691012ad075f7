'use client';
import { Field, Select } from '../ui/field';

const DAYS = [30, 90, 180, 365];
export const DEFAULT_DAYS = 90;

/** The end of a key's life this many days on, at the end of that day in UTC, so that what was signed stays the same. */
export function expiryAfter(days: number, now = new Date()): Date {
  const end = new Date(now.getTime() + days * 86_400_000);
  end.setUTCHours(0, 0, 0, 0);
  return end;
}

/** How long a key lives; every key ends. */
export function KeyExpiry({
  days,
  onChange,
  error,
}: {
  days: number;
  onChange: (days: number) => void;
  error?: string;
}) {
  return (
    <Field label="Ends after" error={error}>
      <Select value={days} onChange={(event) => onChange(Number(event.target.value))}>
        {DAYS.map((option) => (
          <option key={option} value={option}>
            {option} days
          </option>
        ))}
      </Select>
    </Field>
  );
}
