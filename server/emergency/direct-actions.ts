import 'server-only';
import { type DirectChannel, sendDirectly } from '../notifications/direct-actions';
import type { Notice } from '../notifications/notice-actions';
import type { EmergencyFacts } from './facts';
import type { JournalEntry, JournalLine } from './journal';
import { type About, finishNotice, startNotice, stepNotice } from './notices';
import type { Step } from './step';

const TIMEOUT_MS = 10_000;
/** The database gives the number; until then the id tells emergencies apart. */
const NO_NUMBER = '(its number follows)';

/**
 * Tells people of an emergency while the database does not answer: at the start, at each step and at the end, through the
 * channels of the local snapshot, in parallel with the run and never waited for. What arrived is journalled, so that
 * recording it later does not tell it twice. Once the start is recorded the queue takes over.
 */
export class DirectNotices {
  private readonly steps: Map<string, Step>;
  private readonly about: About;
  private readonly sent = new Set<string>();
  private isOver = false;

  constructor(
    private readonly emergency: EmergencyFacts,
    steps: readonly Step[],
    private readonly channels: readonly DirectChannel[],
    private readonly write: (entry: JournalEntry) => void,
  ) {
    this.steps = new Map(steps.map((step) => [step.id, step]));
    const { id, severity, isDrill, scope, scopeName } = emergency;
    this.about = { id, severity, isDrill, scopeName, portfolioId: scope.portfolioId, number: NO_NUMBER };
  }

  start(): void {
    this.send(startNotice({ ...this.emergency, number: NO_NUMBER, startedAt: this.emergency.pressedAt }));
  }

  /** Follows the journal: a step that is settled everywhere and the verdict are told as they are written. */
  saw(line: JournalLine): void {
    if (line.kind === 'step') {
      this.steps.set(line.step.id, line.step);
      const notice = stepNotice(this.about, line.step.ordinal, [...this.steps.values()]);
      if (notice) this.send(notice);
    } else if (line.kind === 'finish' && line.verdict !== 'running') {
      this.send(finishNotice(this.about, line.verdict, [...this.steps.values()], line.id));
    }
  }

  end(): void {
    this.isOver = true;
  }

  private send(notice: Notice): void {
    if (this.isOver || this.sent.has(notice.dedupePrefix)) return;
    this.sent.add(notice.dedupePrefix);
    void sendDirectly(this.channels, notice, {
      timeoutMs: TIMEOUT_MS,
      onTold: (told, channel) => this.write({ kind: 'told', told, channel: channel.name }),
    });
  }
}
