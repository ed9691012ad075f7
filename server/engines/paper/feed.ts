import { existsSync, readFileSync, writeFileSync } from 'node:fs';

export type SnapshotLine = {
  account: string;
  asOf: string;
  sequence: number;
  kind: 'live' | 'history';
  equity: string;
  cash: string;
  flows: string[];
  positions: {
    strategy: string;
    instrument: string;
    quantity: string;
    price: string;
    multiplier: string;
    fx: string;
    value: string;
  }[];
  strategies: {
    id: string;
    realised: string;
    unrealised: string;
    fees: string;
    trades: { closed: number; wins: number };
  }[];
};

const BATCH = 100;
const SPOOL_LIMIT = 50_000;
const TIMEOUT_MS = 15_000;

/**
 * Snapshots on their way to the server. What is not yet accepted is spooled in a file and sent again with the same sequence,
 * so that a server that is away loses nothing and a repeat changes nothing.
 */
export class Feed {
  private waiting: SnapshotLine[];
  private sending = false;
  private retryAt = 0;

  constructor(
    private readonly target: { url: string; key: string; portfolioId?: string; spoolFile: string },
    private readonly say: (sentence: string) => void,
  ) {
    const { spoolFile } = target;
    const lines = existsSync(spoolFile) ? readFileSync(spoolFile, 'utf8').split('\n').filter(Boolean) : [];
    this.waiting = lines.map((line) => JSON.parse(line) as SnapshotLine);
  }

  get backlog(): number {
    return this.waiting.length;
  }

  add(...rows: SnapshotLine[]): void {
    this.waiting.push(...rows);
    if (this.waiting.length > SPOOL_LIMIT) this.waiting = this.waiting.slice(-SPOOL_LIMIT);
    void this.flush();
  }

  /** Sends what waits, oldest first, until it is through or the server does not take it. */
  async flush(): Promise<void> {
    if (this.sending || Date.now() < this.retryAt) return;
    this.sending = true;
    const spooled = this.waiting.length > BATCH;
    try {
      while (this.waiting.length > 0) {
        const batch = this.waiting.slice(0, BATCH);
        const waitMs = await this.send(batch);
        if (waitMs !== null) {
          this.retryAt = Date.now() + waitMs;
          return;
        }
        this.waiting = this.waiting.slice(batch.length);
      }
    } finally {
      this.sending = false;
      if (this.waiting.length > 0 || spooled) this.spool();
    }
  }

  /** Keeps what waits for the next start. */
  spool(): void {
    writeFileSync(this.target.spoolFile, this.waiting.map((row) => `${JSON.stringify(row)}\n`).join(''), {
      mode: 0o600,
    });
  }

  /** Null once taken or refused for good; otherwise how long to wait before the same rows are sent again. */
  private async send(rows: SnapshotLine[]): Promise<number | null> {
    try {
      const response = await fetch(`${this.target.url}/api/v1/snapshots`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.target.key}` },
        body: JSON.stringify({ portfolioId: this.target.portfolioId, rows }),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.ok) {
        await this.tellRefused(response);
        return null;
      }
      const answer = (await response.text()).slice(0, 300);
      this.say(`snapshots: the server answered ${response.status} ${answer}`);
      if (response.status === 429 || response.status >= 500)
        return Number(response.headers.get('retry-after') ?? 5) * 1000;
      // A key that is wrong today may be right tomorrow; rows that are wrong never will be.
      return response.status === 401 || response.status === 403 ? 30_000 : null;
    } catch {
      return 2_000;
    }
  }

  private async tellRefused(response: Response): Promise<void> {
    const answer = (await response.json().catch(() => null)) as { refused?: unknown[] } | null;
    if (answer?.refused?.length) this.say(`snapshots: refused ${JSON.stringify(answer.refused).slice(0, 300)}`);
  }
}
