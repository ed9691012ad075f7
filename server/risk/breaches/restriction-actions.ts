import 'server-only';
import type { Actor } from '../../kernel/actor';
import type { Tx } from '../../kernel/transaction';
import { releaseLatch, setLatch } from '../../trading-state/actions';
import type { ExitRule, LatchScope } from '../../trading-state/latch';
import { listOpenLatches } from '../../trading-state/store';
import type { LoadedContext } from '../ingest/context-store';
import type { Measure } from '../limit-definition';
import { partsOfKey } from '../limits';
import { totalsOf } from '../samples';
import { actorOf, type Breaches, type Held, type ReachedRung } from './breach-batch';
import { commandState } from './engine-actions';

/** Where a breach restricts trading: its scope; for a position the strategies that hold the instrument. */
function latchScopes(key: string, { loaded, state }: Breaches): LatchScope[] {
  const { measure, scope, subject } = partsOfKey(key);
  const portfolioId = loaded.portfolio.id;
  if (scope.kind === 'strategy') return [{ kind: 'strategy', portfolioId, strategyId: scope.id }];
  if (measure === 'position') {
    const { positions } = totalsOf(Object.values(state.accounts));
    const holders = new Set(positions.filter((p) => p.instrument === subject).map((p) => p.strategy));
    const known = loaded.strategies.filter((s) => holders.has(s.id));
    if (known.length > 0 && known.length === holders.size) {
      return known.map((s) => ({ kind: 'strategy', portfolioId, strategyId: s.id }));
    }
  }
  return [{ kind: 'portfolio', portfolioId, strategyId: null }];
}

/** A position or cash breach lifts with its episode; a drawdown by a risk officer; a halt by two people. */
const exitRuleOf = (measure: Measure, state: 'REDUCING' | 'HALTED'): ExitRule => {
  if (state === 'HALTED') return 'two-people';
  return measure === 'position' || measure === 'cash' ? 'episode' : 'one-person';
};

/** Puts on the latches a rung calls for and returns their ids, in the order of their scopes. */
export async function restrict(
  tx: Tx,
  rung: ReachedRung,
  state: 'REDUCING' | 'HALTED',
  breaches: Breaches,
): Promise<string[]> {
  const { measure } = partsOfKey(rung.change.key);
  const ids: string[] = [];
  for (const scope of latchScopes(rung.change.key, breaches)) {
    ids.push(
      await setLatch(tx, {
        scope,
        state,
        cause: { kind: 'breach', id: rung.episode.id, label: rung.episode.number },
        reason: rung.verdict.sentence,
        exitRule: exitRuleOf(measure, state),
        actor: actorOf(breaches),
      }),
    );
  }
  return ids;
}

/**
 * Tells the engines what holds where a rung restricts, its own state at least; returns the commands, none where no engine is
 * there to be told.
 */
export async function tellRestriction(
  tx: Tx,
  rung: ReachedRung,
  state: 'REDUCING' | 'HALTED',
  latchIds: readonly string[],
  breaches: Breaches,
): Promise<string[]> {
  const { loaded } = breaches;
  const commands: string[] = [];
  for (const [index, scope] of latchScopes(rung.change.key, breaches).entries()) {
    commands.push(
      ...(await commandState(tx, {
        portfolioId: loaded.portfolio.id,
        scope,
        atLeast: state,
        strategies: loaded.strategies,
        cause: { kind: 'breach-episode', id: rung.episode.id, label: rung.episode.number },
        key: `latch:${latchIds[index] ?? `${rung.episode.id}:${state}:${index}`}`,
        actor: actorOf(breaches),
      })),
    );
  }
  return commands;
}

/** Latches that end with their episode are taken off, and the engine is told what holds then. */
export async function liftWithEpisode(tx: Tx, episode: Held, breaches: Breaches): Promise<void> {
  const { loaded } = breaches;
  const actor = actorOf(breaches);
  const open = await listOpenLatches([loaded.portfolio.id], tx);
  for (const held of open.filter((l) => l.exitRule === 'episode' && l.cause.id === episode.id)) {
    await releaseLatch(tx, held.id, { actor, reason: `${episode.number} cleared.` });
    await tellStateNow(tx, held.scope, loaded, `lift:${held.id}`, actor);
  }
}

/** Tells engines the state that the latches of a scope itself ask for, after one was set or came off. */
export async function tellStateNow(
  tx: Tx,
  scope: LatchScope,
  loaded: LoadedContext,
  key: string,
  actor: Actor,
): Promise<void> {
  await commandState(tx, {
    portfolioId: loaded.portfolio.id,
    scope,
    strategies: loaded.strategies,
    cause: { kind: 'latch', id: key },
    key,
    actor,
  });
}
