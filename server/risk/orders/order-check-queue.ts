/** An item in a batch; `answered` is what its caller got instead when its time ran out. */
export type InBatch<Item, Result> = { item: Item; answered: Result | null };

type Waiting<Item, Result> = InBatch<Item, Result> & { settle: (result: Result) => void };

/**
 * Answers items of one key one batch after the other: what comes in while a batch is at work forms the next one, so that a
 * lock and a commit are paid once for all that wait. An item that is not answered within its budget gets `late` instead;
 * the batch sees that in `answered`, and what it decided before it could see it is handed to `tooLate`. `work` never throws.
 */
export class BatchQueue<Item, Result> {
  private readonly waiting = new Map<string, Waiting<Item, Result>[]>();
  private readonly atWork = new Set<string>();

  constructor(
    private readonly work: (key: string, batch: readonly InBatch<Item, Result>[]) => Promise<Result[]>,
    private readonly options: {
      budgetMs: (item: Item) => number;
      batchAtMost: number;
      late: (key: string, item: Item) => Result;
      tooLate: (key: string, item: Item, decided: Result, answered: Result) => void;
    },
  ) {}

  ask(key: string, item: Item): Promise<Result> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        const answered = this.options.late(key, item);
        entry.answered = answered;
        entry.settle = (decided) => {
          if (decided !== answered) this.options.tooLate(key, item, decided, answered);
        };
        this.forget(key, entry);
        resolve(answered);
      }, this.options.budgetMs(item));
      const entry: Waiting<Item, Result> = {
        item,
        answered: null,
        settle: (result) => {
          clearTimeout(timer);
          resolve(result);
        },
      };
      const line = this.waiting.get(key);
      if (line) line.push(entry);
      else this.waiting.set(key, [entry]);
      void this.drain(key);
    });
  }

  /** Hands over an item whose caller was answered long ago, to be worked on with the next batch; nobody waits for it. */
  tell(key: string, item: Item, answered: Result): void {
    const entry: Waiting<Item, Result> = { item, answered, settle: () => {} };
    const line = this.waiting.get(key);
    if (line) line.push(entry);
    else this.waiting.set(key, [entry]);
    void this.drain(key);
  }

  private forget(key: string, entry: Waiting<Item, Result>): void {
    const left = (this.waiting.get(key) ?? []).filter((one) => one !== entry);
    if (left.length > 0) this.waiting.set(key, left);
    else this.waiting.delete(key);
  }

  private async drain(key: string): Promise<void> {
    if (this.atWork.has(key)) return;
    this.atWork.add(key);
    try {
      for (let batch = this.take(key); batch.length > 0; batch = this.take(key)) {
        const results = await this.work(key, batch);
        batch.forEach((entry, index) => {
          entry.settle(results[index] as Result);
        });
      }
    } finally {
      this.atWork.delete(key);
    }
  }

  private take(key: string): Waiting<Item, Result>[] {
    const all = this.waiting.get(key) ?? [];
    const batch = all.splice(0, this.options.batchAtMost);
    if (all.length === 0) this.waiting.delete(key);
    return batch;
  }
}
