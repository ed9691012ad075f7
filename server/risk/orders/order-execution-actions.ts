import 'server-only';
import { raiseAlert } from '../../alerts/raise-actions';
import { EXECUTIONS_AT_MOST, EXECUTIONS_WINDOW_MS } from '../../capital/order-update';
import { publish, type Tx } from '../../kernel/transaction';
import { setLatch } from '../../trading-state/actions';
import { tellStateNow } from '../breaches/restriction-actions';
import type { loadContext, StrategyName } from '../ingest/context-store';
import { fillsSince, lastExecutionsLift } from './order-update-store';

/** Halts a strategy of 100 executions in 10 minutes, counted from the last lift of such a halt; one risk officer lifts it. */
export async function haltIfTooMany(
  tx: Tx,
  now: Date,
  strategy: StrategyName,
  loaded: NonNullable<Awaited<ReturnType<typeof loadContext>>>,
): Promise<void> {
  const lifted = await lastExecutionsLift(tx, strategy.id);
  const since = Math.max(now.getTime() - EXECUTIONS_WINDOW_MS, lifted?.getTime() ?? 0);
  const executions = await fillsSince(tx, strategy.id, new Date(since));
  if (executions < EXECUTIONS_AT_MOST) return;
  const portfolioId = loaded.portfolio.id;
  const actor = { kind: 'job' as const, name: 'order-updates' };
  const reason = `${executions} executions of ${strategy.name} in 10 min reach ${EXECUTIONS_AT_MOST}`;
  const scope = { kind: 'strategy' as const, portfolioId, strategyId: strategy.id };
  const id = await setLatch(tx, {
    scope,
    state: 'HALTED',
    cause: { kind: 'executions', id: strategy.id, label: strategy.name },
    reason,
    exitRule: 'one-person',
    earliestExitAt: null,
    actor,
  });
  await tellStateNow(tx, scope, loaded, `executions:${id}`, actor);
  await raiseAlert(tx, {
    fingerprint: `risk/executions/${strategy.id}`,
    severity: 'high',
    title: `${strategy.name} HALTED: ${executions} executions in 10 min`,
    body: `${reason}. Look at what it trades; a Risk officer lifts the halt on the risk page.`,
    portfolioId,
    strategyId: strategy.id,
    subject: { kind: 'strategy', id: strategy.id },
    link: '/risk',
    actor,
  });
  for (const topic of ['risk', 'overview']) publish(tx, topic);
}
