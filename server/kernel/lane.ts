import { DomainError } from './errors';

/**
 * Work of which few run at a time and few wait; what comes beyond that is refused at once with TOO_MANY and the seconds
 * after which to try again. What anybody may ask for goes through one, so that it never takes what the desk needs.
 */
export class Lane {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly size: { running: number; waiting: number; refusal: string }) {}

  async run<T>(work: () => Promise<T>): Promise<T> {
    const { running, waiting, refusal } = this.size;
    if (this.running < running) this.running += 1;
    else if (this.waiting.length < waiting) await new Promise<void>((go) => this.waiting.push(go));
    else throw new DomainError('TOO_MANY', refusal, { data: { retryAfterSeconds: 2 } });
    try {
      return await work();
    } finally {
      // The place goes to the next one that waits, or is free again.
      const next = this.waiting.shift();
      if (next) next();
      else this.running -= 1;
    }
  }
}
