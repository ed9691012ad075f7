import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal } from '../kernel/decimal';
import { levelOf } from './confirmation';
import { type Limit, limitOf, type Measure } from './limit-definition';
import { checkLimits, limitFor, sentenceOf, setsInForce, verdictOf, worstFirst } from './limits';
import { known, unknown } from './reading';
import { isAtLeast, severityOf, severityOfBreach, severityOfFloor, severityOfWinRate } from './severity';
import { defaultSet } from './testing/fixtures';
import { utilisationOf } from './utilisation';

const d = (value: number | string) => new Decimal(value);
const now = new Date('2026-11-19T15:42:17Z');
const scope = { kind: 'portfolio' as const, id: 'p' };
const look = (measure: Measure, value: string, limit: Limit = limitOf(measure, 'portfolio', '0.10')) =>
  verdictOf({ measure, scope, subject: null, reading: known(d(value)) }, limit);

describe('sentences', () => {
  it('drawdown fraction printed as per cent: 0.123 reads 12.3 %, not 0.1 %', () => {
    expect(look('drawdown', '0.123').sentence).toBe('Drawdown 12.3 % exceeds 10.0 %');
  });
  it('a breach never reads like its own limit', () => {
    expect(look('drawdown', '0.10004').sentence).toBe('Drawdown 10.004 % exceeds 10.000 %');
  });
  it('names the subject, the side of a floor, and what is unknown', () => {
    const position = limitOf('position', 'portfolio', '0.05');
    expect(sentenceOf(position, 'KO', known(d('0.0502')))).toBe('Single position KO 5.02 % exceeds 5.00 %');
    expect(look('cash', '0.08').sentence).toBe('Minimum cash 8.0 % is under 10.0 %');
    expect(sentenceOf(limitOf('correlation', 'portfolio', '0.7'), null, known(d('0.74')))).toBe(
      'Correlation 0.74 exceeds 0.70',
    );
    expect(sentenceOf(position, null, unknown('account main is stale'))).toContain('unknown: account main is stale');
  });
});

describe('verdicts', () => {
  it('metrics that are missing read unknown, never healthy', () => {
    const verdict = verdictOf(
      { measure: 'cash', scope, subject: null, reading: unknown('cash was not stated') },
      limitOf('cash', 'portfolio', '0.1'),
    );
    expect(verdict).toMatchObject({ state: 'unknown', headroom: null, utilisation: { kind: 'unknown' } });
  });
  it('NaN is unknown', () => {
    expect(look('drawdown', 'NaN').state).toBe('unknown');
  });
  it('has the soft tiers and recovery thresholds of the policy', () => {
    const tiers = (m: Measure, hard: string) => {
      const { soft, recovery } = limitOf(m, 'portfolio', hard);
      return [soft.toString(), recovery.toString()];
    };
    expect(tiers('drawdown', '0.10')).toEqual(['0.08', '0.09']);
    expect(tiers('dailyLoss', '0.05')).toEqual(['0.04', '0.045']);
    expect(tiers('correlation', '0.70')).toEqual(['0.56', '0.65']);
    expect(tiers('cash', '0.10')).toEqual(['0.125', '0.1']);
    expect(tiers('winRate', '0.30')).toEqual(['0.375', '0.33']);
    expect(tiers('position', '0.05')).toEqual(['0.04', '0.05']);
  });
  it('sorts worst first and unknown last', () => {
    const states = worstFirst([
      verdictOf({ measure: 'cash', scope, subject: null, reading: unknown('x') }, limitOf('cash', 'portfolio', '0.1')),
      look('drawdown', '0.05'),
      look('cash', '-1'),
      look('drawdown', '0.2'),
    ]).map((v) => v.utilisation.kind === 'ratio' && v.utilisation.ratio.toString());
    expect(states).toEqual([false, '2', '0.5', false]);
  });
  it('utilisation never falls as a breach deepens', () => {
    const share = fc.integer({ min: -1000, max: 3000 }).map((n) => d(n).div(1000));
    fc.assert(
      fc.property(share, share, fc.integer({ min: 1, max: 1000 }), (a, b, limit) => {
        const [low, high] = a.lte(b) ? [a, b] : [b, a];
        const hard = d(limit).div(1000);
        const rank = (direction: 'ceiling' | 'floor', v: Decimal) =>
          levelOf(utilisationOf(direction, v, hard)) as Decimal;
        expect(rank('ceiling', high).gte(rank('ceiling', low))).toBe(true);
        expect(rank('floor', low).gte(rank('floor', high))).toBe(true);
      }),
    );
  });
});

describe('hierarchy', () => {
  const portfolio = defaultSet([
    limitOf('position', 'portfolio', '0.05'),
    limitOf('position', 'portfolio', '0.90', { subject: 'SPX' }),
  ]);
  const firm = {
    ...defaultSet([limitOf('position', 'portfolio', '0.04')]),
    level: { kind: 'firm' as const, id: null },
  };
  const wanted = (subject: string | null) => ({
    measure: 'position' as const,
    appliesTo: 'portfolio' as const,
    subject,
  });

  it('an approved override stands in for one instrument only', () => {
    expect(limitFor([portfolio], wanted('SPX'), now)?.hard.toString()).toBe('0.9');
    expect(limitFor([portfolio], wanted('KO'), now)?.hard.toString()).toBe('0.05');
  });
  it('the strictest level wins', () => {
    expect(limitFor([portfolio, firm], wanted('KO'), now)?.hard.toString()).toBe('0.04');
    expect(limitFor([portfolio, firm], wanted('SPX'), now)?.hard.toString()).toBe('0.04');
  });
  it('an override ends when it expires', () => {
    const set = defaultSet([
      limitOf('position', 'portfolio', '0.05'),
      limitOf('position', 'portfolio', '0.2', { subject: 'KO', expiresAt: now }),
    ]);
    expect(limitFor([set], wanted('KO'), now)?.hard.toString()).toBe('0.05');
  });
  it('a version counts from its effective time', () => {
    const later = { ...defaultSet([limitOf('drawdown', 'portfolio', '0.05')]), version: 2, effectiveFrom: now };
    expect(setsInForce([defaultSet(), later], new Date(now.getTime() - 1))[0]?.version).toBe(1);
    expect(setsInForce([defaultSet(), later], now)[0]?.version).toBe(2);
  });
  it('checks only what a limit is set for', () => {
    const measurements = [{ measure: 'winRate' as const, scope, subject: null, reading: known(d('0.1')) }];
    expect(checkLimits(measurements, [defaultSet()], now)).toEqual([]);
  });
});

describe('severity', () => {
  it('severity that saturating metrics never reach: a disk 99 % full is critical', () => {
    expect(severityOf(d(99), d(90), d(100))).toBe('critical');
    expect(severityOf(d(92), d(90), d(100))).toBe('low');
    expect(severityOf(d('0.11'), d('0.05'), d(1))).toBe('critical');
  });
  it('goes by ratio otherwise, strictly over each bound', () => {
    expect(['1.2', '1.21', '1.51', '2', '2.01'].map((r) => severityOf(d(r), d(1)))).toEqual([
      'low',
      'medium',
      'high',
      'high',
      'critical',
    ]);
  });
  it('mirrors floors, and caps the win rate between medium and high', () => {
    expect(severityOfFloor(d(0), d('0.1'))).toBe('critical');
    expect(severityOfWinRate(d(0), d('0.3'))).toBe('high');
    expect(severityOfWinRate(d('0.29'), d('0.3'))).toBe('medium');
  });
  it('never falls as it worsens', () => {
    const ratio = fc.integer({ min: 0, max: 5000 }).map((n) => d(n).div(1000));
    fc.assert(
      fc.property(ratio, ratio, fc.constantFrom(undefined, d('1.5'), d(3)), (a, b, maximum) => {
        const [low, high] = a.lte(b) ? [a, b] : [b, a];
        const of = (r: Decimal) => severityOfBreach({ kind: 'ratio', ratio: r }, d(1), maximum);
        expect(isAtLeast(of(high), of(low))).toBe(true);
      }),
    );
  });
});
