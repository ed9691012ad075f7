import { log } from '../kernel/log';
import type { Journal, JournalEntry, JournalLine } from './journal';
import type { Recorded } from './journal-record';

const RETRY_MS = 1_000;

/**
 * Writes each line into the local journal first, then has it recorded, in order and in the background. While the database
 * does not answer lines wait and are tried again; nobody waits for them.
 */
export class Recording {
  private readonly waiting: JournalLine[] = [];
  private draining = false;
  private recordedAs: string;
  /** The run was taken over or another emergency took it in: nothing more of it is to be written. */
  isFenced = false;

  constructor(
    private readonly journal: Journal,
    private readonly record: ((line: JournalLine, emergencyId: string) => Promise<Recorded>) | null,
    private readonly onOutcome: (line: JournalLine, outcome: Recorded) => void = () => {},
    private readonly onWritten: (line: JournalLine) => void = () => {},
  ) {
    this.recordedAs = journal.emergencyId;
  }

  write(entry: JournalEntry): void {
    const line = this.keep(entry);
    this.waiting.push(line);
    this.onWritten(line);
    void this.drain();
  }

  /** Resolves once nothing waits any more, or nothing more is to be written. */
  async settled(): Promise<void> {
    while (this.record && this.waiting.length > 0 && !this.isFenced) {
      await new Promise((next) => setTimeout(next, 100).unref());
    }
  }

  /** A disk that is full or gone does not stop a shutdown either. */
  private keep(entry: JournalEntry): JournalLine {
    try {
      return this.journal.append(entry);
    } catch (error) {
      log.error({ err: error }, 'the emergency journal cannot be written');
      return { ...entry, id: crypto.randomUUID(), at: new Date().toISOString() };
    }
  }

  private async drain(): Promise<void> {
    if (this.draining || !this.record) return;
    this.draining = true;
    try {
      for (let line = this.waiting[0]; line && !this.isFenced; line = this.waiting[0]) {
        const outcome = await this.attempt(line);
        if (outcome === null) {
          await new Promise((next) => setTimeout(next, RETRY_MS).unref());
          continue;
        }
        this.waiting.shift();
        if (outcome.kind === 'joined' || outcome.kind === 'upgraded') this.recordedAs = outcome.emergencyId;
        if (outcome.kind === 'fenced') this.isFenced = true;
        else this.keep({ kind: 'recorded', of: line.id });
        this.onOutcome(line, outcome);
      }
    } finally {
      this.draining = false;
    }
  }

  private async attempt(line: JournalLine): Promise<Recorded | null> {
    try {
      return (await this.record?.(line, this.recordedAs)) ?? null;
    } catch (error) {
      log.warn({ err: error, line: line.kind }, 'a line of the emergency journal waits for the database');
      return null;
    }
  }
}
