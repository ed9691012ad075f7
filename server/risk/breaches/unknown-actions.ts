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
import { type Gap, type UnknownRung, unknownRungAfter } from '../unknown';
import { commandState } from './engine-actions';

const CHECK = job('limit-checks');

const fingerprintOfGap = (kind: Gap['kind'], portfolioId: string) =>
  fingerprintOf('risk', kind === 'silence' ? 'stale-data' : 'unknown-measure', { kind: 'portfolio', id: portfolioId });

/** What people read of each kind: in a title, in the reason of a restriction, and when it is over. */
const WORDS = {
  silence: {
    title: (name: string) => `No fresh snapshot of ${name}`,
    label: 'no fresh snapshot',
    next: 'Restore the feed of the engine.',
    over: 'Samples are fresh again.',
  },
  measure: {
    title: (name: string) => `Risk of ${name} is unknown`,
    label: 'risk is unknown',
    next: 'Let the engine send what is missing.',
    over: 'Every limit is known again.',
  },
} as const;

/** The gap of a portfolio, and since when there is one, of whichever kind. */
export type Unknown = Gap & { since: Date };

/**
 * What risk that is unknown since an instant asks for: limits marked, REDUCING, HALTED, the engine told, an alert.
 *
 * The restriction is persisted first; telling engines and people are on their own, so that one that fails costs neither
 * the restriction nor the other, and is tried again at the next look.
 */
export async function answerUnknown(
  tx: Tx,
  loaded: LoadedContext,
  unknown: Unknown | null,
  now: Date,
): Promise<UnknownRung> {
  const { id } = loaded.portfolio;
  for (const kind of ['silence', 'measure'] as const) {
    if (unknown?.kind === kind) continue;
    const over = () => resolveAlert(tx, fingerprintOfGap(kind, id), WORDS[kind].over);
    await alone(tx, id, 'resolve', over);
  }
  if (!unknown) return 'none';
  if (unknown.kind === 'silence') {
    const gone = await markUnknown(tx, id, unknown.why, now);
    if (gone.length > 0) for (const topic of ['risk', 'overview', 'launch']) publish(tx, topic);
  }
  const forMs = now.getTime() - unknown.since.getTime();
  const rung = unknownRungAfter(forMs);
  if (rung === 'reducing' || rung === 'halted') {
    await restrict(tx, loaded, rung === 'halted' ? 'HALTED' : 'REDUCING', unknown, forMs);
  }
  if (rung !== 'deny') await alone(tx, id, 'alert', () => tellUnknown(tx, loaded, unknown, rung, forMs));
  return rung;
}

async function restrict(
  tx: Tx,
  loaded: LoadedContext,
  state: 'REDUCING' | 'HALTED',
  { kind }: Gap,
  forMs: number,
): Promise<void> {
  const { id, name } = loaded.portfolio;
  const { title, label } = WORDS[kind];
  const scope = { kind: 'portfolio' as const, portfolioId: id, strategyId: null };
  const latchId = await setLatch(tx, {
    scope,
    state,
    cause: { kind: 'stale', id, label },
    reason: `${title(name)} for ${durationText(forMs)}.`,
    exitRule: state === 'REDUCING' ? 'fresh-samples' : 'two-people',
    actor: CHECK,
  });
  await alone(tx, id, 'engine', () =>
    commandState(tx, {
      portfolioId: id,
      scope,
      strategies: loaded.strategies,
      cause: { kind: 'latch', id: latchId, label },
      key: `latch:${latchId}`,
      actor: CHECK,
    }),
  );
}

const tellUnknown = (tx: Tx, loaded: LoadedContext, { kind, why }: Gap, rung: UnknownRung, forMs: number) =>
  raiseAlert(tx, {
    fingerprint: fingerprintOfGap(kind, loaded.portfolio.id),
    severity: rung === 'halted' ? 'critical' : 'high',
    title: WORDS[kind].title(loaded.portfolio.name),
    body: `Risk is unknown: ${why}. New risk, sizing and promotion are refused. After 5 min trading is REDUCING, after 15 min HALTED. ${WORDS[kind].next}`,
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
