import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { job } from '../kernel/actor';
import { durationText } from '../kernel/format';
import { log } from '../kernel/log';
import { inTransaction, type Tx } from '../kernel/transaction';
import { setLatch } from '../trading-state/actions';
import { listOpenLatches } from '../trading-state/store';
import { LEASE_GRACE_MS, leaseOutMs } from './lease';
import { type EngineRow, reportOf } from './store';

const LEASES = job('engine-leases');

const isLost = (engine: EngineRow): boolean =>
  engine.approvedAt !== null &&
  engine.disabledAt === null &&
  !engine.isDrillTarget &&
  engine.roles.includes('trading_engine') &&
  (leaseOutMs(reportOf(engine), new Date()) ?? 0) > LEASE_GRACE_MS;

/**
 * Keeps in the caller's transaction that an engine whose lease was out for more than 15 min is locked: REDUCING for its
 * portfolio, of cause `lease`, until a risk officer lifts it. Nothing while the lease holds, and once for each time.
 */
export async function latchLostLease(tx: Tx, engine: EngineRow): Promise<void> {
  if (!isLost(engine)) return;
  authorize(LEASES, 'read');
  const out = leaseOutMs(reportOf(engine), new Date()) ?? 0;
  const open = await listOpenLatches([engine.portfolioId], tx);
  if (open.some(({ cause }) => cause.kind === 'lease' && cause.id === engine.id)) return;
  recordEvent(tx, {
    type: 'engine.lease-lost',
    actor: LEASES,
    subject: { kind: 'engine', id: engine.id },
    portfolioId: engine.portfolioId,
    data: { name: engine.name, leaseUntil: reportOf(engine)?.leaseUntil ?? null, outMs: out },
  });
  await setLatch(tx, {
    scope: { kind: 'portfolio', portfolioId: engine.portfolioId, strategyId: null },
    state: 'REDUCING',
    cause: { kind: 'lease', id: engine.id, label: `lease of ${engine.name}` },
    reason: `The lease of ${engine.name} was out for ${durationText(out)}: it takes no new risk until a person lifts it`,
    exitRule: 'lease',
    actor: LEASES,
  });
}

/** The same before anything that renews the lease is sent, since its answer tells of the new one; what fails stops nothing. */
export async function latchBeforeRenewal(engine: EngineRow): Promise<void> {
  if (!isLost(engine)) return;
  await inTransaction((tx) => latchLostLease(tx, engine)).catch((error) =>
    log.error({ err: error, engineId: engine.id }, 'a lost lease could not be kept'),
  );
}
