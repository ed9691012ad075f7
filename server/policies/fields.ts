import { can } from '../identity/permissions';
import { ROLE_LABEL, ROLES, type Role } from '../kernel/actor';
import { GATES, type Gate, trancheOf } from '../launch/policy';
import { SEVERITIES } from '../notifications/routing';
import { type PolicyContent, type PolicyKind, SCHEMAS } from './kinds';

/** One thing that can be set in a policy; its name is the path into the content, joined by `/`. */
export type PolicyField = {
  name: string;
  group: string;
  label: string;
  unit: string;
  kind: 'number' | 'minutes-or-never' | 'percent' | 'role' | 'choice' | 'flag';
  options?: { value: string; label: string }[];
};

const MOST_APPROVERS = 3;
const gateName = (gate: Gate) => {
  const tranche = trancheOf(gate);
  return tranche === null ? `Phase ${gate.at(-1)}` : `Tranche ${tranche} %`;
};
/** Roles that may decide at a gate at all: a policy that names another could never be met. */
const rolesFor = (gate: Gate): Role[] =>
  ROLES.filter((role) => can(role, trancheOf(gate) === null ? 'phase.approve' : 'tranche.approve') !== null);

const approvalFields = GATES.flatMap((gate): PolicyField[] => {
  const at = { group: gateName(gate) };
  const roles = rolesFor(gate).map((role) => ({ value: role, label: ROLE_LABEL[role] }));
  return [
    ...Array.from(
      { length: MOST_APPROVERS },
      (_, index): PolicyField => ({
        ...at,
        name: `gates/${gate}/roles/${index}`,
        label: `Approver ${index + 1}`,
        unit: '',
        kind: 'role',
        options: index === 0 ? roles : [{ value: '', label: 'Nobody more' }, ...roles],
      }),
    ),
    { ...at, name: `gates/${gate}/validHours`, label: 'An approval holds for', unit: 'h', kind: 'number' },
    {
      ...at,
      name: `gates/${gate}/checklist`,
      label: 'Checklist',
      unit: '',
      kind: 'choice',
      options: [
        { value: 'failed', label: 'No item may have failed' },
        { value: 'all', label: 'Every item signed or waived' },
      ],
    },
  ];
});

const soakFields: PolicyField[] = [
  ...([10, 50] as const).flatMap((tranche): PolicyField[] => {
    const at = { group: `Tranche ${tranche} %`, kind: 'number' as const };
    return [
      { ...at, name: `at/${tranche}/hours`, label: 'Held in continuous health', unit: 'h' },
      { ...at, name: `at/${tranche}/sessions`, label: 'Full trading sessions', unit: '' },
      { ...at, name: `at/${tranche}/trades`, label: 'Closed trades', unit: '' },
    ];
  }),
  {
    group: 'Pauses',
    name: 'longestPauseMinutes',
    label: 'Longest pause before it starts again',
    unit: 'min',
    kind: 'number',
  },
  {
    group: 'Pauses',
    name: 'largestPausedShare',
    label: 'Largest share of the hours paused',
    unit: '%',
    kind: 'percent',
  },
];

const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
const escalationFields = [...SEVERITIES].reverse().flatMap((severity): PolicyField[] => {
  const at = { group: capital(severity), unit: 'min' };
  return [
    { ...at, name: `${severity}/managementMinutes`, label: 'Management is told after', kind: 'minutes-or-never' },
    { ...at, name: `${severity}/boardMinutes`, label: 'The board is told after', kind: 'minutes-or-never' },
    { ...at, name: `${severity}/repeatMinutes`, label: 'Repeated every', kind: 'minutes-or-never' },
    { ...at, name: `${severity}/acknowledgementMinutes`, label: 'An acknowledgement holds for', kind: 'number' },
    { ...at, unit: '', name: `${severity}/workingHoursOnly`, label: 'Only in working hours', kind: 'flag' },
    { ...at, unit: '', name: `${severity}/digest`, label: 'In the daily list, not one by one', kind: 'flag' },
  ];
});

export const FIELDS: Record<PolicyKind, readonly PolicyField[]> = {
  approval: approvalFields,
  soak: soakFields,
  escalation: escalationFields,
};

export type PolicyValues = Record<string, string>;

const at = (content: unknown, name: string): unknown =>
  name.split('/').reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], content);

/** A content as its form holds it: texts by the names of the fields. */
export function valuesOf(kind: PolicyKind, content: PolicyContent[PolicyKind]): PolicyValues {
  return Object.fromEntries(
    FIELDS[kind].map((field) => {
      const value = at(content, field.name);
      if (field.kind === 'percent') return [field.name, String(Number((Number(value) * 100).toFixed(6)))];
      if (field.kind === 'flag') return [field.name, value ? 'yes' : 'no'];
      return [field.name, value === null || value === undefined ? '' : String(value)];
    }),
  );
}

/** What a field says, in words, for a page and for the difference between two versions. */
export function fieldText(field: PolicyField, text: string): string {
  const option = field.options?.find(({ value }) => value === text);
  if (option) return option.label;
  if (field.kind === 'flag') return text === 'yes' ? 'Yes' : 'No';
  if (text === '') return field.kind === 'minutes-or-never' ? 'Never' : 'Nobody more';
  return field.unit ? `${text} ${field.unit}` : text;
}

const NUMBER = /^\d{1,7}(?:\.\d{1,4})?$/;

function parsed(field: PolicyField, text: string): { value: unknown } | { fault: string } {
  const trimmed = text.trim();
  switch (field.kind) {
    case 'role':
    case 'choice':
      if (field.kind === 'role' && trimmed === '') return { value: undefined };
      return field.options?.some(({ value }) => value === trimmed)
        ? { value: trimmed }
        : { fault: 'Choose one of the list.' };
    case 'flag':
      return { value: trimmed === 'yes' };
    case 'minutes-or-never':
      if (trimmed === '') return { value: null };
      break;
    case 'number':
    case 'percent':
      break;
  }
  if (!NUMBER.test(trimmed)) return { fault: `Write a number${field.unit ? ` of ${field.unit}` : ''}, such as 24.` };
  return { value: field.kind === 'percent' ? Number((Number(trimmed) / 100).toFixed(8)) : Number(trimmed) };
}

export type Reading<K extends PolicyKind> =
  | { content: PolicyContent[K] }
  /** What is wrong, by the name of the field. */
  | { faults: Record<string, string[]> };

/** Reads a filled form. Every field at fault is named at once; a content is given only when all of it is right. */
export function readValues<K extends PolicyKind>(kind: K, values: PolicyValues): Reading<K> {
  const faults: Record<string, string[]> = {};
  const content: Record<string, unknown> = {};
  for (const field of FIELDS[kind]) {
    const one = parsed(field, values[field.name] ?? '');
    if ('fault' in one) faults[field.name] = [one.fault];
    else put(content, field, one.value);
  }
  if (Object.keys(faults).length > 0) return { faults };
  const result = SCHEMAS[kind].safeParse(content);
  if (result.success) return { content: result.data as PolicyContent[K] };
  for (const issue of result.error.issues) {
    const path = issue.path.join('/');
    const field = FIELDS[kind].find(({ name }) => name === path || name.startsWith(`${path}/`));
    faults[field?.name ?? path] = [issue.message];
  }
  return { faults };
}

function put(content: Record<string, unknown>, field: PolicyField, value: unknown): void {
  const keys = field.name.split('/');
  const last = field.kind === 'role' ? keys.at(-2)! : keys.at(-1)!;
  let part = content;
  for (const key of keys.slice(0, field.kind === 'role' ? -2 : -1)) {
    part[key] ??= {};
    part = part[key] as Record<string, unknown>;
  }
  if (field.kind !== 'role') part[last] = value;
  else part[last] = [...((part[last] as unknown[] | undefined) ?? []), ...(value === undefined ? [] : [value])];
}

export type PolicyChange = { group: string; label: string; before: string; after: string };

/** Which fields differ between two contents, in words. */
export function changesBetween<K extends PolicyKind>(
  kind: K,
  before: PolicyContent[K],
  after: PolicyContent[K],
): PolicyChange[] {
  const [was, is] = [valuesOf(kind, before), valuesOf(kind, after)];
  return FIELDS[kind]
    .filter(({ name }) => was[name] !== is[name])
    .map((field) => ({
      group: field.group,
      label: field.label,
      before: fieldText(field, was[field.name] ?? ''),
      after: fieldText(field, is[field.name] ?? ''),
    }));
}
