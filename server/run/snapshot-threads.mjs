import { Worker } from 'node:worker_threads';

const FILE = new URL('./snapshot-thread.mjs', import.meta.url);
/** Each has a heap and connections of its own. */
const POOL = '4';
const RESTART_MS = 1_000;
/** Bodies of one portfolio in its thread: one is read while the other is stored. */
const AT_ONCE = 2;

/** A key for every portfolio goes by itself. */
const keyOf = ({ portfolioId, keyId }) => portfolioId ?? keyId;

/**
 * Threads that store snapshots, those of one portfolio always in the same. The work is plain data; the body goes over without
 * being copied. Plain JavaScript, as `web.mjs` is.
 */
export class SnapshotThreads {
  #threads = [];
  #lines = new Map();
  #stopped = false;

  constructor(count, say = console.error) {
    for (let place = 0; place < count; place += 1) this.#start(place, say);
  }

  /** True once the thread of this actor's portfolio takes work; until then whoever asks does it himself. */
  takes(actor) {
    return this.#threadOf(actor).ready;
  }

  /**
   * Resolves to the answer of the route; rejects when the thread ends before it has given one. A portfolio has few bodies in
   * its thread at a time, so that one that waits for a lock leaves the others of that thread their connections.
   */
  async store(actor, body, pathname) {
    const key = keyOf(actor);
    const line = this.#lines.get(key) ?? { running: 0, waiting: [] };
    this.#lines.set(key, line);
    if (line.running >= AT_ONCE) await new Promise((turn) => line.waiting.push(turn));
    else line.running += 1;
    try {
      return await this.#ask(this.#threadOf(actor), { actor, body, pathname });
    } finally {
      const next = line.waiting.shift();
      if (next) next();
      else line.running -= 1;
      if (line.running === 0) this.#lines.delete(key);
    }
  }

  #ask(thread, { actor, body, pathname }) {
    if (thread.ended) throw new Error('the thread that stores snapshots ended');
    return new Promise((resolve, reject) => {
      const id = thread.next;
      thread.next += 1;
      thread.asked.set(id, { resolve, reject });
      // A small body lies in memory that others share.
      const own = body.byteLength === body.buffer.byteLength ? body : new Uint8Array(body);
      thread.worker.postMessage({ id, actor, body: own, pathname }, [own.buffer]);
    });
  }

  /** The threads as they are now, by their place. */
  get workers() {
    return this.#threads.map(({ worker }) => worker);
  }

  async stop() {
    this.#stopped = true;
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  #threadOf(actor) {
    let sum = 0;
    for (const character of keyOf(actor)) sum = (sum * 31 + character.charCodeAt(0)) % 65_521;
    return this.#threads[sum % this.#threads.length];
  }

  #start(place, say) {
    const worker = new Worker(FILE, {
      execArgv: ['--conditions=react-server'],
      env: { ...process.env, DATABASE_POOL: POOL },
    });
    const thread = { worker, ready: false, next: 0, asked: new Map() };
    this.#threads[place] = thread;
    worker.on('message', ({ ready, id, answer }) => {
      if (ready) thread.ready = true;
      thread.asked.get(id)?.resolve(answer);
      thread.asked.delete(id);
    });
    worker.on('error', (error) => say(`A thread for snapshots failed: ${error.message}`));
    worker.once('exit', () => {
      thread.ready = false;
      thread.ended = true;
      for (const { reject } of thread.asked.values()) reject(new Error('the thread that stores snapshots ended'));
      if (!this.#stopped) setTimeout(() => this.#start(place, say), RESTART_MS).unref();
    });
  }
}
