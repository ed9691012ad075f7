import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS, type LimitSet, limitOf } from '../limit-definition';
import { replayTextsOf, withVersion } from './replay-sets';

const NOW = new Date('2026-11-20T12:00:00Z');
const later = new Date('2026-11-22T12:00:00Z');
const earlier = new Date('2026-11-18T12:00:00Z');
const portfolio = (limits = [...DEFAULT_LIMITS]): LimitSet => ({
  id: 'own',
  level: { kind: 'portfolio', id: 'p' },
  version: 3,
  effectiveFrom: new Date(0),
  limits,
});
const general = { dailyLoss: '0.05', position: '0.05', correlation: '0.7', cash: '0.1', instruments: {}, until: {} };

test('a portfolio is replayed under its own drawdown limit, a strategy under that of strategies', () => {
  expect(replayTextsOf([portfolio()], null, NOW)).toEqual({ ...general, drawdown: '0.1' });
  expect(replayTextsOf([portfolio()], 's', NOW)).toEqual({ ...general, drawdown: '0.15' });
});

test('the strictest of firm, portfolio and strategy counts, and a limit of another strategy does not', () => {
  const levels: LimitSet[] = [
    portfolio(),
    { ...portfolio([limitOf('cash', 'portfolio', '0.2')]), level: { kind: 'firm', id: null } },
    { ...portfolio([limitOf('drawdown', 'strategy', '0.08')]), level: { kind: 'strategy', id: 's' } },
  ];
  expect(replayTextsOf(levels, 's', NOW)).toMatchObject({ cash: '0.2', drawdown: '0.08' });
  expect(replayTextsOf(levels, 'other', NOW).drawdown).toBe('0.15');
});

test('overrides of instruments go with the set until they expire', () => {
  const over = (subject: string, expiresAt?: Date) => limitOf('position', 'portfolio', '0.9', { subject, expiresAt });
  const limits = [...DEFAULT_LIMITS, over('ETF'), over('SOON', later), over('GONE', earlier)];
  const { instruments, until } = replayTextsOf([portfolio(limits)], null, NOW);
  expect(instruments).toEqual({ ETF: '0.9', SOON: '0.9' });
  expect(until).toEqual({ SOON: later.toISOString() });
});

test('what nobody limited is let through', () => {
  const texts = replayTextsOf([portfolio([limitOf('drawdown', 'portfolio', '0.1')])], null, NOW);
  expect(texts).toMatchObject({ dailyLoss: '1', cash: '0' });
});

describe('with a version that waits', () => {
  const override = limitOf('position', 'portfolio', '0.9', { subject: 'ETF' });

  test('a set of the portfolio takes the place of its own and keeps the overrides', () => {
    const put = {
      scope: 'portfolio' as const,
      scopeId: 'p',
      version: 4,
      limits: [limitOf('drawdown', 'portfolio', '0.2')],
    };
    const sets = withVersion([portfolio([...DEFAULT_LIMITS, override])], 'p', put);
    expect(replayTextsOf(sets, null, NOW)).toMatchObject({
      drawdown: '0.2',
      dailyLoss: '1',
      instruments: { ETF: '0.9' },
    });
  });

  test('an override of an instrument stands before the one there is', () => {
    const newer = limitOf('position', 'portfolio', '0.5', { subject: 'ETF' });
    const put = { scope: 'instrument' as const, scopeId: 'p/ETF', version: 2, limits: [newer] };
    const sets = withVersion([portfolio([...DEFAULT_LIMITS, override])], 'p', put);
    expect(replayTextsOf(sets, null, NOW).instruments).toEqual({ ETF: '0.5' });
  });

  test('a set of a level that had none is added', () => {
    const put = {
      scope: 'strategy' as const,
      scopeId: 's',
      version: 1,
      limits: [limitOf('drawdown', 'strategy', '0.05')],
    };
    expect(replayTextsOf(withVersion([portfolio()], 'p', put), 's', NOW).drawdown).toBe('0.05');
  });
});
