import 'server-only';
import { canonicalJson, sha256Hex } from '../audit/canonical';
import { merkleRoot } from '../audit/merkle';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, actorRef } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { inTransaction, publish } from '../kernel/transaction';
import { portfolioById } from '../portfolios/store';
import { judgeSamples, type RowVerdict, type Sample } from './samples';
import { insertMinutes } from './store';

export type IngestReport = {
  accepted: number;
  /** Rows that were there already; sending a batch twice changes nothing. */
  repeated: number;
  refused: { row: number; why: string }[];
};

/**
 * Stores a batch of minute values. Good rows are kept whatever the others are; each refused row is told with its reason.
 * The batch is sealed into the chain by count and Merkle root. Throws FORBIDDEN, NOT_FOUND, INVALID (no portfolio).
 */
export async function recordMetrics(
  actor: Actor,
  batch: { portfolioId?: string; samples: unknown[] },
): Promise<IngestReport> {
  return inTransaction(async (tx, now) => {
    const portfolioId = batch.portfolioId ?? (actor.kind === 'key' ? actor.portfolioId : null);
    if (!portfolioId) throw new DomainError('INVALID', 'Name the portfolio: this API key is for all of them.');
    authorize(actor, 'evidence.import', { portfolioId, keyScope: 'metrics:write' });
    if (!(await portfolioById(portfolioId, tx))) throw new DomainError('NOT_FOUND', 'There is no such portfolio.');
    const verdicts = judgeSamples(batch.samples, now);
    const good = onePerMinute(verdicts.flatMap((verdict) => (verdict.kind === 'good' ? [verdict.sample] : [])));
    const made = good.length ? await insertMinutes(tx, portfolioId, good, actorRef(actor)) : [];
    const refused = verdicts.filter((verdict): verdict is Refused => verdict.kind === 'refused');
    if (made.length) {
      recordEvent(tx, {
        type: 'metrics.recorded',
        actor,
        subject: { kind: 'portfolio', id: portfolioId },
        portfolioId,
        data: { count: made.length, merkleRoot: merkleRoot(made.map((sample) => sha256Hex(canonicalJson(sample)))) },
      });
      publish(tx, 'reports');
      publish(tx, 'monitoring');
    }
    return {
      accepted: made.length,
      repeated: verdicts.length - refused.length - made.length,
      refused: refused.map(({ row, why }) => ({ row, why })),
    };
  });
}

type Refused = Extract<RowVerdict, { kind: 'refused' }>;

/** The first of rows for the same minute counts, as it would if they had come one after the other. */
function onePerMinute(samples: Sample[]): Sample[] {
  const seen = new Map<string, Sample>();
  for (const sample of samples) {
    const key = `${sample.subject}\n${sample.metric}\n${sample.minute.getTime()}`;
    if (!seen.has(key)) seen.set(key, sample);
  }
  return [...seen.values()];
}
