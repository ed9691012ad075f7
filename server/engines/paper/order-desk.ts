import type { PaperEngine } from './engine';
import type { Heard } from './pretrade';
import { heardFrom, type Question } from './pretrade-wire';
import type { OrderTold } from './state';

type Target = { url: string; key?: string; portfolioId?: string; answerWithinMs?: number };

/** The check answers within this long, or it counts as silent. */
const ANSWER_MS = 250;
const TOLD_AT_ONCE = 500;
const TELL_TIMEOUT_MS = 1_000;
const TELL_AGAIN_MS = 2_000;
const KEY_WRONG_MS = 30_000;

/** The engine's line to the pre-trade check: first what became of orders, so that promises are given back, then what is wanted next. */
export class OrderDesk {
  private isAtWork = false;
  private tellAt = 0;
  private silence: string | null = null;

  constructor(
    private readonly engine: Pick<PaperEngine, 'ask' | 'hear' | 'untold' | 'settle'>,
    private readonly target: Target,
    private readonly say: (sentence: string) => void,
  ) {}

  /** Tells and asks what is due; a turn under way is not joined by another. */
  async turn(): Promise<void> {
    if (this.isAtWork) return;
    this.isAtWork = true;
    try {
      await this.tell();
      await Promise.all(this.engine.ask().map((question) => this.ask(question)));
    } finally {
      this.isAtWork = false;
    }
  }

  private async ask(question: Question): Promise<void> {
    const heard = await this.check(question);
    this.sayOf(heard);
    const sentence = this.engine.hear(question.clientOrderId, heard);
    if (sentence) this.say(`orders: ${sentence}`);
  }

  private async check(question: Question): Promise<Heard> {
    if (!this.target.key) return { kind: 'refused', why: 'there is no API key to ask the check with' };
    const withinMs = this.target.answerWithinMs ?? ANSWER_MS;
    try {
      const response = await this.post('check', question, withinMs);
      const body = await response.json();
      const retryAfter = response.headers.get('retry-after');
      return heardFrom(question.clientOrderId, { status: response.status, body, retryAfter });
    } catch (error) {
      const isLate = (error as Error).name === 'TimeoutError';
      return { kind: 'silent', why: isLate ? `no answer within ${withinMs} ms` : 'the check cannot be reached' };
    }
  }

  /** Says when the check falls silent and when it is back, not each time. */
  private sayOf(heard: Heard): void {
    const silence = heard.kind === 'silent' ? heard.why : null;
    if (silence && !this.silence) this.say(`orders: ${silence}; no order that adds risk is sent`);
    if (!silence && this.silence) this.say('orders: the check answers again');
    this.silence = silence;
  }

  private async tell(): Promise<void> {
    const updates = this.engine.untold().slice(0, TOLD_AT_ONCE);
    if (updates.length === 0 || Date.now() < this.tellAt) return;
    if (!this.target.key) return this.engine.settle(updates);
    try {
      const response = await this.post('updates', { updates }, TELL_TIMEOUT_MS);
      const { status } = response;
      if (response.ok) await this.sayRefused(updates, response);
      else this.say(`order updates: the server answered ${status} ${(await response.text()).slice(0, 300)}`);
      // What is wrong today may be right tomorrow, but for rows that are not understood.
      if (response.ok || status === 422 || status === 413) this.engine.settle(updates);
      else this.tellAt = Date.now() + (status < 429 ? KEY_WRONG_MS : TELL_AGAIN_MS);
    } catch {
      this.tellAt = Date.now() + TELL_AGAIN_MS;
    }
  }

  /** An order that was let go before the check knew it is no news. */
  private async sayRefused(updates: readonly OrderTold[], response: Response): Promise<void> {
    const { refused = [] } = (await response.json()) as { refused?: { index: number; code: string }[] };
    const news = refused.filter(
      ({ index, code }) => !(code === 'UNKNOWN_ORDER' && updates[index]?.status === 'cancelled'),
    );
    if (news.length > 0) this.say(`order updates: refused ${JSON.stringify(news).slice(0, 300)}`);
  }

  private post(path: 'check' | 'updates', body: object, withinMs: number): Promise<Response> {
    const { url, key, portfolioId } = this.target;
    return fetch(`${url}/api/v1/orders/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
      body: JSON.stringify({ ...(portfolioId ? { portfolioId } : {}), ...body }),
      signal: AbortSignal.timeout(withinMs),
    });
  }
}
