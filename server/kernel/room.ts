import { DomainError } from './errors';

/**
 * Memory that requests may fill before they are done with, in bytes: `all` of them together and each holder `one` share of it, so
 * that one of them leaves room for the others. What does not fit is refused at once with TOO_MANY and the seconds after
 * which to try again.
 */
export class Room {
  private taken = 0;
  private readonly held = new Map<string, number>();

  constructor(private readonly size: { all: number; one: number; refusal: string }) {}

  async hold<T>(holder: string, bytes: number, work: () => Promise<T>): Promise<T> {
    const own = this.held.get(holder) ?? 0;
    if (this.taken + bytes > this.size.all || own + bytes > this.size.one) {
      throw new DomainError('TOO_MANY', this.size.refusal, { data: { retryAfterSeconds: 2 } });
    }
    this.taken += bytes;
    this.held.set(holder, own + bytes);
    try {
      return await work();
    } finally {
      this.taken -= bytes;
      const left = (this.held.get(holder) ?? bytes) - bytes;
      if (left > 0) this.held.set(holder, left);
      else this.held.delete(holder);
    }
  }
}
