import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { newId } from '../kernel/ids';
import type { ToldDirectly } from '../notifications/notice-actions';
import type { EmergencyFacts } from './facts';
import type { Step, Verdict } from './step';

/** One line of the local journal of one emergency; `id` makes its reconciliation happen once. */
export type JournalEntry =
  | { kind: 'start'; emergency: EmergencyFacts; steps: Step[] }
  | { kind: 'step'; step: Step; fence: number }
  | { kind: 'finish'; verdict: Verdict; fence: number }
  /** A message that reached its receiver while the database did not answer. */
  | { kind: 'told'; told: ToldDirectly; channel: string }
  /** The line `of` has reached the database. */
  | { kind: 'recorded'; of: string };
export type JournalLine = JournalEntry & { id: string; at: string };

export const journalFolder = (): string => join(process.env.GOING_LIVE_DATA ?? '.data', 'emergency', 'journal');

/**
 * The local record of one emergency: appended and synced line by line, before anything is sent or told. It needs no
 * database and survives kill -9; what it holds is reconciled into the database when that answers again.
 */
export class Journal {
  private readonly file: string;

  constructor(
    readonly emergencyId: string,
    folder = journalFolder(),
  ) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.file = join(folder, `${emergencyId}.jsonl`);
  }

  append(entry: JournalEntry): JournalLine {
    const line: JournalLine = { ...entry, id: newId(), at: new Date().toISOString() };
    const handle = openSync(this.file, 'a', 0o600);
    try {
      writeSync(handle, `${JSON.stringify(line)}\n`);
      if (entry.kind !== 'recorded') fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    return line;
  }
}

/** Emergencies that have a journal here. */
export function journalsHere(folder = journalFolder()): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => name.endsWith('.jsonl'))
    .map((name) => name.slice(0, -'.jsonl'.length));
}

/** Lines in order, times as dates; a last line cut short by a crash is left out: what it said was never acted on. */
export function readJournal(emergencyId: string, folder = journalFolder()): JournalLine[] {
  const lines = readFileSync(join(folder, `${emergencyId}.jsonl`), 'utf8')
    .split('\n')
    .filter(Boolean);
  return lines.flatMap((text) => {
    try {
      return [JSON.parse(text, reviveTimes) as JournalLine];
    } catch {
      return [];
    }
  });
}

const TIMES = new Set(['startedAt', 'deadlineAt', 'nextAttemptAt', 'answeredAt', 'verifiedAt', 'pressedAt']);
const reviveTimes = (key: string, value: unknown) =>
  TIMES.has(key) && typeof value === 'string' ? new Date(value) : value;

/** Lines that have not reached the database yet, oldest first. */
export function unrecorded(lines: readonly JournalLine[]): JournalLine[] {
  const recorded = new Set(lines.flatMap((line) => (line.kind === 'recorded' ? [line.of] : [])));
  return lines.filter((line) => line.kind !== 'recorded' && !recorded.has(line.id));
}

/** What was told directly of an emergency by this machine, whether or not it is recorded; none without a journal here. */
export function toldOf(emergencyId: string): ToldDirectly[] {
  if (!existsSync(join(journalFolder(), `${emergencyId}.jsonl`))) return [];
  return readJournal(emergencyId).flatMap((line) =>
    line.kind === 'told' ? [{ ...line.told, at: new Date(line.told.at) }] : [],
  );
}
