import { DomainError } from '@/server/kernel/errors';
import type { ImportedFile, ImportedStrategy } from './model';

/**
 * One strategy of a file as a history to replay limits over, the others as its peers for correlation.
 * A file of several needs `name`; one without daily equity is refused.
 */
export function replayHistoryOf(file: ImportedFile, name?: string) {
  const names = file.strategies.map((strategy) => strategy.name);
  if (name === undefined && names.length > 1) {
    throw new DomainError(
      'STRATEGY_UNNAMED',
      `The file holds ${names.length} strategies (${names.slice(0, 8).join(', ')}). Name one.`,
      { kind: 'invalid' },
    );
  }
  const chosen = name === undefined ? file.strategies[0] : file.strategies.find((strategy) => strategy.name === name);
  if (!chosen)
    throw new DomainError(
      'STRATEGY_UNKNOWN',
      `The file has no strategy '${name}'. It has ${names.slice(0, 8).join(', ')}.`,
      { kind: 'invalid' },
    );
  if (!chosen.daily) {
    throw new DomainError(
      'NO_DAILY_HISTORY',
      `${chosen.name} has no daily equity, so limits cannot be replayed over it. Use daily data.`,
      { kind: 'invalid' },
    );
  }
  const peers = file.strategies.filter((strategy) => strategy !== chosen);
  return {
    curve: curveOf(chosen),
    holdings: chosen.holdings,
    peers: peers.map(curveOf).filter((curve) => curve !== null),
  };
}

const curveOf = (strategy: ImportedStrategy) => strategy.daily && { name: strategy.name, ...strategy.daily };
