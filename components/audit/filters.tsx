'use client';
import { useSuspenseQuery } from '@tanstack/react-query';
import { parseAsInteger, parseAsString, useQueryStates } from 'nuqs';
import { useEffect, useState } from 'react';
import { useTRPC } from '../trpc';
import { Field, Input, Select } from '../ui/field';

/** Filters and the open entry, kept in the address so that a view can be sent to somebody. */
export function useAuditView() {
  return useQueryStates({
    text: parseAsString.withDefault(''),
    who: parseAsString.withDefault(''),
    action: parseAsString.withDefault(''),
    from: parseAsString.withDefault(''),
    to: parseAsString.withDefault(''),
    entry: parseAsInteger,
  });
}

const dayOf = (text: string, plusDays = 0): Date | undefined => {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? new Date(`${text}T00:00:00Z`) : null;
  return at && !Number.isNaN(at.getTime()) ? new Date(at.getTime() + plusDays * 86_400_000) : undefined;
};

type View = ReturnType<typeof useAuditView>[0];

/** The filter of the server that a view stands for; days are UTC, the last one included. */
export const filterOf = (view: View) => ({
  text: view.text || undefined,
  actor: view.who || undefined,
  type: view.action || undefined,
  from: dayOf(view.from),
  to: dayOf(view.to, 1),
});

const PAUSE_MS = 300;

export function AuditFilters() {
  const trpc = useTRPC();
  const { actors, types } = useSuspenseQuery(trpc.audit.overview.queryOptions()).data;
  const [view, setView] = useAuditView();
  const [text, setText] = useState(view.text);

  useEffect(() => {
    const timer = setTimeout(() => void setView({ text: text.trim() || null }), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text, setView]);

  return (
    <search className="flex flex-wrap items-end gap-3 border-b border-line bg-surface px-4 py-3">
      <Field label="Person, action, subject, number or hash" className="w-72 phone:w-full">
        <Input type="search" value={text} onChange={(event) => setText(event.target.value)} />
      </Field>
      <Field label="Who">
        <Select value={view.who} onChange={(event) => void setView({ who: event.target.value || null })}>
          <option value="">Everyone</option>
          {actors.map((actor) => (
            <option key={actor.ref} value={actor.ref}>
              {actor.name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="Action">
        <Select value={view.action} onChange={(event) => void setView({ action: event.target.value || null })}>
          <option value="">All</option>
          {types.map((type) => (
            <option key={type} value={type}>
              {type}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="From (UTC)">
        <Input type="date" value={view.from} onChange={(event) => void setView({ from: event.target.value || null })} />
      </Field>
      <Field label="To (UTC)">
        <Input type="date" value={view.to} onChange={(event) => void setView({ to: event.target.value || null })} />
      </Field>
      <p className="ml-auto self-center text-xs text-ink-3">Append-only. Nobody can edit or delete, admins included.</p>
    </search>
  );
}
