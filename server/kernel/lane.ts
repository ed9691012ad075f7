import { DomainError } from './errors';

/** Who asks for a place: where it came from (empty: not known), and what tells that nobody waits for the answer any more. */
export type Asker = { origin?: string; signal?: AbortSignal };

/**
 * Work of which few run at a time and few wait; what comes beyond that is refused at once with TOO_MANY and the seconds
 * after which to try again. What anybody may ask for goes through one, so that it never takes what the desk needs. Where
 * `ofOneOrigin` is set, one known origin holds at most so many places, running or waiting, and leaves the others free. Who
 * gave up while waiting leaves at once, with GIVEN_UP, and its work never begins.
 */
export class Lane {
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private readonly held = new Map<string, number>();

  constructor(private readonly size: { running: number; waiting: number; ofOneOrigin?: number; refusal: string }) {}

  async run<T>(work: () => Promise<T>, { origin = '', signal }: Asker = {}): Promise<T> {
    const own = this.held.get(origin) ?? 0;
    if (signal?.aborted) throw givenUp();
    if (origin !== '' && own >= (this.size.ofOneOrigin ?? Number.POSITIVE_INFINITY)) throw this.refused();
    this.held.set(origin, own + 1);
    try {
      await this.place(signal);
      try {
        return await work();
      } finally {
        // The place goes to the next one that waits, or is free again.
        const next = this.waiting.shift();
        if (next) next();
        else this.running -= 1;
      }
    } finally {
      const left = (this.held.get(origin) ?? 1) - 1;
      if (left > 0) this.held.set(origin, left);
      else this.held.delete(origin);
    }
  }

  /** Settles with a place that is the caller's. */
  private async place(signal?: AbortSignal): Promise<void> {
    if (this.running < this.size.running) this.running += 1;
    else if (this.waiting.length < this.size.waiting) await this.turn(signal);
    else throw this.refused();
  }

  private turn(signal?: AbortSignal): Promise<void> {
    return new Promise((go, stop) => {
      const next = () => {
        signal?.removeEventListener('abort', leave);
        go();
      };
      const leave = () => {
        const at = this.waiting.indexOf(next);
        if (at >= 0) this.waiting.splice(at, 1);
        stop(givenUp());
      };
      this.waiting.push(next);
      signal?.addEventListener('abort', leave, { once: true });
    });
  }

  private refused(): DomainError {
    return new DomainError('TOO_MANY', this.size.refusal, { data: { retryAfterSeconds: 2 } });
  }
}

/** Nobody reads it but the log of a proxy. */
const givenUp = () =>
  new DomainError('GIVEN_UP', 'The request was given up while it waited. Nothing was done; send it again.', {
    kind: 'unavailable',
  });
