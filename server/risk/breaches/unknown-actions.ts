import 'server-only';
import { fingerprintOf } from '../../alerts/fingerprint';
import { raiseAlert, resolveAlert } from '../../alerts/raise-actions';
import { job } from '../../kernel/actor';
import { durationText } from '../../kernel/format';
import { log } from '../../kernel/log';
import { attempt, publish, type Tx } from '../../kernel/transaction';
import { setLatch } from '../../trading-state/actions';
import type { LoadedContext } from '../ingest/context-store';
import { markUnknown } from '../ingest/state-store';
import { type Freshness, type UnknownRung, unknownRungAfter } from '../unknown';
import { commandState } from './engine-actions';

const CHECK = job('limit-checks');

const staleFingerprint = (portfolioId: string) =>
  fingerprintOf('risk', 'stale-data', { kind: 'portfolio', id: portfolioId });

/**
 * What data that are unknown since an instant ask for: limits marked, REDUCING, HALTED, the engine told, an alert.
 *
 * The restriction is persisted first; telling engines and people are on their own, so that one that fails costs neither
 * the restriction nor the other, and is tried again at the next look.
 */
export async function answerUnknown(
  tx: Tx,
  loaded: LoadedContext,
  freshness: Freshness,
  unknownSince: Date | null,
  now: Date,
): Promise<UnknownRung> {
  const { id } = loaded.portfolio;
  if (!unknownSince) {
    await alone(tx, id, 'resolve', () => resolveAlert(tx, staleFingerprint(id), 'Samples are fresh again.'));
    return 'none';
  }
  const why = freshness.state === 'missing' ? 'no sample has come yet' : 'the newest sample is too old';
  const gone = await markUnknown(tx, id, why, now);
  if (gone.length > 0) for (const topic of ['risk', 'overview', 'launch']) publish(tx, topic);
  const forMs = now.getTime() - unknownSince.getTime();
  const rung = unknownRungAfter(forMs);
  if (rung === 'reducing' || rung === 'halted') {
    await restrict(tx, loaded, rung === 'halted' ? 'HALTED' : 'REDUCING', forMs);
  }
  if (rung !== 'deny') await alone(tx, id, 'alert', () => tellStale(tx, loaded, why, rung, forMs));
  return rung;
}

async function restrict(tx: Tx, loaded: LoadedContext, state: 'REDUCING' | 'HALTED', forMs: number): Promise<void> {
  const { id, name } = loaded.portfolio;
  const scope = { kind: 'portfolio' as const, portfolioId: id, strategyId: null };
  const latchId = await setLatch(tx, {
    scope,
    state,
    cause: { kind: 'stale', id, label: 'no fresh snapshot' },
    reason: `No fresh snapshot of ${name} for ${durationText(forMs)}.`,
    exitRule: state === 'REDUCING' ? 'fresh-samples' : 'two-people',
    actor: CHECK,
  });
  await alone(tx, id, 'engine', () =>
    commandState(tx, {
      portfolioId: id,
      scope,
      state,
      strategies: loaded.strategies,
      cause: { kind: 'latch', id: latchId, label: 'no fresh snapshot' },
      key: `latch:${latchId}`,
      actor: CHECK,
    }),
  );
}

const tellStale = (tx: Tx, loaded: LoadedContext, why: string, rung: UnknownRung, forMs: number) =>
  raiseAlert(tx, {
    fingerprint: staleFingerprint(loaded.portfolio.id),
    severity: rung === 'halted' ? 'critical' : 'high',
    title: `No fresh snapshot of ${loaded.portfolio.name}`,
    body: `Risk is unknown: ${why}. New risk, sizing and promotion are refused. After 5 min trading is REDUCING, after 15 min HALTED. Restore the feed of the engine.`,
    portfolioId: loaded.portfolio.id,
    subject: { kind: 'portfolio', id: loaded.portfolio.id },
    link: '/risk',
    facts: { Portfolio: loaded.portfolio.name, 'Unknown for': durationText(forMs) },
    actor: CHECK,
  });

async function alone(tx: Tx, portfolioId: string, part: string, work: () => Promise<unknown>): Promise<void> {
  const outcome = await attempt(tx, work);
  if (!outcome.ok) log.error({ err: outcome.error, portfolioId, part }, 'unknown data could not be answered in part');
}
