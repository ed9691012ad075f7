import { uuidv7 } from 'uuidv7';

/** A UUIDv7 made by the application, so that an id exists before the database is asked. */
export const newId = (): string => uuidv7();

/** Whether a text from outside may be asked for as an id: PostgreSQL refuses anything else with an error. */
export const isId = (text: string): boolean => /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);

/** Kinds that people speak of by number, with their prefix: `L-0042`. */
export const NUMBERED = {
  launch: 'L',
  breach: 'BR',
  alert: 'A',
  emergency: 'E',
  incident: 'I',
  report: 'R',
} as const;
export type NumberedKind = keyof typeof NUMBERED;

/** `formatNumber('launch', 42)` is `L-0042`; it grows past four digits rather than wrapping. */
export const formatNumber = (kind: NumberedKind, value: number): string =>
  `${NUMBERED[kind]}-${String(value).padStart(4, '0')}`;
