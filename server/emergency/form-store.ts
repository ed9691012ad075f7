import 'server-only';
import { visiblePortfolios } from '../identity/authorize';
import type { PersonActor } from '../kernel/actor';
import { notFound } from '../kernel/errors';
import { readNow } from '../kernel/transaction';
import { LEVELS } from '../notifications/routing';
import { findChannels } from '../notifications/store';
import { countsOf } from './counts';
import type { StackFacts } from './facts';
import { commandScopeOf, type EmergencyScope, enginesInScope, isWithin, STEP_KINDS } from './plan';
import { readStack } from './snapshot-store';
import { type EmergencyRow, listOpenEmergencies, scopeOf } from './store';
import type { EmergencyForm, ScopeChoice } from './view';

function choice(
  scope: EmergencyScope,
  name: string,
  ownerId: string | null,
  stack: StackFacts,
  open: EmergencyRow[],
): ScopeChoice {
  const real = enginesInScope(scope, stack.engines, stack.strategies, false);
  const known = stack.engines.filter(({ id }) => real.some((engine) => engine.id === id));
  const covering = open.find((row) => !row.isDrill && isWithin(scope, scopeOf(row)));
  return {
    kind: scope.kind,
    portfolioId: scope.portfolioId,
    strategyId: scope.strategyId,
    name,
    ownerId,
    counts: countsOf(known, commandScopeOf(scope, stack.strategies)),
    steps: STEP_KINDS.map(({ ordinal, action, title, timeoutMs, onlyCritical, roles }) => ({
      ordinal,
      action,
      title,
      timeoutMs,
      onlyCritical,
      systems: real.filter((engine) => roles.some((role) => engine.roles.includes(role))).map((engine) => engine.name),
    })),
    drillTargets: enginesInScope(scope, stack.engines, stack.strategies, true).map((engine) => engine.name),
    open: covering ? { id: covering.id, number: covering.number, severity: covering.severity } : null,
  };
}

/** What can be stopped from a portfolio's page: its strategies, itself, the firm; with what stands there now. */
export async function emergencyForm(actor: PersonActor, portfolioId: string): Promise<EmergencyForm> {
  const visible = visiblePortfolios(actor);
  if (visible !== null && !visible.includes(portfolioId)) throw notFound('The portfolio');
  const { sealed: _, ...stack } = await readStack();
  const open = await listOpenEmergencies(visible);
  const portfolio = stack.portfolios.find(({ id }) => id === portfolioId);
  const strategies = stack.strategies.filter((strategy) => strategy.portfolioId === portfolioId);
  const channels = (await findChannels()).filter(
    (channel) => channel.enabled && (channel.portfolioId === null || channel.portfolioId === portfolioId),
  );
  return {
    scopes: [
      ...strategies.map((strategy) =>
        choice(
          { kind: 'strategy', portfolioId, strategyId: strategy.id },
          strategy.name,
          strategy.ownerId,
          stack,
          open,
        ),
      ),
      choice({ kind: 'portfolio', portfolioId, strategyId: null }, portfolio?.name ?? 'Portfolio', null, stack, open),
      ...(visible === null
        ? [choice({ kind: 'firm', portfolioId: null, strategyId: null }, 'Firm', null, stack, open)]
        : []),
    ],
    told: LEVELS.map((level, index) => ({
      level,
      channels: channels.filter((channel) => channel.level === index).map((channel) => channel.name),
    })),
    now: await readNow(),
  };
}
