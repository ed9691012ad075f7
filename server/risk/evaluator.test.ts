import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Decimal, ZERO } from '../kernel/decimal';
import { evaluateSilence } from './breaches/episode-drive';
import { CALENDAR_XNYS } from './calendar';
import type { Change } from './episodes';
import { evaluateSample } from './evaluator';
import { evaluateAll } from './ingest/fold';
import { decodeState, encodeState } from './ingest/state-codec';
import { DEFAULT_LIMITS, limitOf } from './limit-definition';
import type { AccountRow } from './samples';
import { EMPTY_STATE, type EvaluationContext } from './state';
import { contextWith, defaultSet, PORTFOLIO, positionOf, rowAt, secondsAfter, T0 } from './testing/fixtures';

const minute = (n: number) => secondsAfter(T0, n * 60);
const run = (rows: AccountRow[], context: EvaluationContext = contextWith()) => evaluateAll(EMPTY_STATE, rows, context);
const told = (changes: readonly Change[]) =>
  changes.map((c) => `${c.kind}${c.kind === 'rung' ? c.rung : ''} ${c.key.split('|')[0]}`);
/** A slow slide: one sample a minute, so that no move is suspect and each breach is confirmed by silence. */
const slide = (equities: number[], extra = {}) => equities.map((e, i) => rowAt(minute(i), e, i, extra));

describe('daily loss', () => {
  it('a 6 % gain does not breach', () => {
    expect(run(slide([100, 103, 106, 106])).changes).toEqual([]);
  });
  it('-8.81 % in a day halts once, in one episode', () => {
    const { changes, state } = run(slide([100, 98, 95.5, 93, 91.19, 91.19, 91, 91.2]));
    expect(told(changes).filter((c) => c.endsWith('dailyLoss'))).toEqual([
      'opened dailyLoss',
      'upgraded dailyLoss',
      'rung100 dailyLoss',
    ]);
    expect(Object.values(state.episodes).filter((e) => e.measure === 'dailyLoss')).toHaveLength(1);
  });
  it('is measured again from each session day, and survives a restart', () => {
    const rows = [...slide([100, 97]), rowAt(minute(24 * 60 + 5), 97, 2), rowAt(minute(24 * 60 + 6), 95, 3)];
    const { state } = run(rows);
    expect(state.day).toMatchObject({ key: '2026-11-20', estimated: false });
    expect(state.day?.startEquity.toString()).toBe('97');
    const revived = decodeState<typeof state>(JSON.parse(JSON.stringify(encodeState(state))));
    expect(revived).toEqual(state);
  });
  it('a start of day without a sample in the session before is estimated', () => {
    const context = contextWith({ calendar: CALENDAR_XNYS });
    const friday = new Date('2026-11-13T20:00:00Z');
    const wednesday = new Date('2026-11-18T15:00:00Z');
    const { state } = run([rowAt(friday, 100, 1), rowAt(wednesday, 90, 2)], context);
    expect(state.day?.estimated).toBe(true);
    const monday = new Date('2026-11-16T15:00:00Z');
    expect(run([rowAt(friday, 100, 1), rowAt(monday, 99, 2)], context).state.day?.estimated).toBe(false);
  });
  it('ends at 4.5 % and in a new session, not before either', () => {
    const hour = (n: number, m = 0) => minute(n * 60 + m);
    const falls = slide([100, 97, 94, 94, 94]);
    const recovers = [20, 21, 22, 23].map((h, i) => rowAt(hour(h), 100, 10 + i));
    const nextDay = (equity: number) => [0, 1, 2, 3].map((m) => rowAt(hour(47, m), equity, 20 + m));
    const ended = (rows: AccountRow[]) => told(run(rows).changes).includes('cleared dailyLoss');
    expect(told(run(falls).changes)).toContain('rung100 dailyLoss');
    // Back at the start, in the same session.
    expect(ended([...falls, ...recovers])).toBe(false);
    expect(ended([...falls, ...recovers, ...nextDay(95.49)])).toBe(false);
    expect(ended([...falls, ...recovers, ...nextDay(95.5)])).toBe(true);
  });
  it('loss before midnight still counts after it: the rolling 24 h drives', () => {
    const late = (m: number) => minute(23 * 60 + m);
    const rows = [rowAt(minute(0), 100, 0), rowAt(late(50), 97, 1), rowAt(late(70), 94.5, 2), rowAt(late(75), 94.5, 3)];
    expect(told(run(rows).changes)).toContain('rung100 dailyLoss');
  });
});

describe('drawdown', () => {
  it('20 % cut repeated every tick: each rung acts once while the account stays down', () => {
    const { changes } = run(slide([100, 99, 97, 95.5, 93, 91, 89.5, 89, 89, 88.9, 88.8, 88.9, 88.7, 88.8]));
    expect(told(changes).filter((c) => c === 'rung100 drawdown')).toHaveLength(1);
  });
  it('climbs the ladder 100, 125, 200 % and asks for each rung once', () => {
    const { changes } = run(slide([100, 95, 89, 87, 85, 80, 79, 79, 79]));
    expect(told(changes).filter((c) => c.includes('rung') && c.includes('drawdown'))).toEqual([
      'rung100 drawdown',
      'rung125 drawdown',
      'rung200 drawdown',
    ]);
  });
  it('a blown-up account is a breach, not an unknown', () => {
    const { changes, verdicts } = run(slide([100, 60, -1, -2, -2]));
    expect(told(changes)).toContain('rung200 drawdown');
    const drawdown = verdicts.find((v) => v.measure === 'drawdown');
    expect(drawdown?.reading).toMatchObject({ kind: 'value' });
    expect(verdicts.find((v) => v.measure === 'cash')?.state).toBe('unknown');
  });
  it('one sane sample at or under 0 is not yet a blown-up account', () => {
    expect(told(run(slide([100, 99, 98, -1])).changes)).not.toContain('rung100 drawdown');
  });
  it('history fills series and opens nothing', () => {
    const history = slide([100, 60, 55]).map((row) => ({ ...row, kind: 'history' as const }));
    const live = [rowAt(minute(60 * 30), 55, 10), rowAt(minute(60 * 30 + 1), 54.9, 11)];
    const { changes, state } = run([...history, ...live]);
    expect(changes).toEqual([]);
    expect(state.curve?.mark.toString()).toBe('0.55');
  });
});

describe('a soft tier that people set apart', () => {
  const softAt = (soft: string) => {
    const own = DEFAULT_LIMITS.map((l) => (l.measure === 'drawdown' ? { ...l, soft: new Decimal(soft) } : l));
    return contextWith({ sets: [defaultSet(own)] });
  };
  const warnings = (equities: number[], soft: string) =>
    told(run(slide(equities), softAt(soft)).changes).filter((c) => c.endsWith('drawdown'));
  it('warns from there, in a long calm stretch as well', () => {
    const calm = (count: number) => Array.from({ length: count }, () => 100);
    const told = ['opened drawdown', 'cleared drawdown'];
    expect(warnings([...calm(20), 98, 96.5, 96.5, 98, ...calm(40)], '0.03')).toEqual(told);
    expect(warnings([...calm(20), 98, 96.5, 96.5, 98, ...calm(40)], '0.08')).toEqual([]);
  });
  it('set later it does not warn before, and does not come and go', () => {
    const above = Array.from({ length: 40 }, () => 91);
    expect(warnings([100, 98, 95.5, 93, ...above], '0.095')).toEqual([]);
  });
  it('exactly at it is no warning', () => {
    expect(warnings([100, 98, 97, 97, 97], '0.03')).toEqual([]);
  });
});

describe('bad ticks', () => {
  const quick = (equities: number[], from = 0) =>
    equities.map((e, i) => rowAt(secondsAfter(T0, (from + i) * 2), e, from + i));
  it('one bad tick, phantom fall: nothing opens', () => {
    expect(run(quick([100, 100, 90, 100, 100, 100, 100])).changes).toEqual([]);
  });
  it('a fall that the next sample agrees with counts from the second', () => {
    const { changes } = run(quick([100, 100, 90, 90.2]));
    expect(told(changes)).toContain('rung100 dailyLoss');
  });
  it('a spike that nobody agrees with sets no mark', () => {
    const { state } = run(quick([100, 100, 140, 100, 100]));
    expect(state.curve?.mark.toString()).toBe('1');
  });
  it('a fill or a closed trade explains a jump: the sample counts by itself', () => {
    const line = (closed: number) => [
      { strategy: 's1', realised: ZERO, unrealised: ZERO, fees: ZERO, trades: { closed, wins: 0 } },
    ];
    const jump = (before: object, after: object) => {
      const rows = [rowAt(T0, 100, 0, before), rowAt(secondsAfter(T0, 2), 110, 1, after)];
      const { state } = run(rows);
      return [state.curve?.mark.toString(), state.sanity.suspect !== null];
    };
    const [held, none] = [{ positions: [positionOf('KO', 4)] }, {}];
    expect(jump(held, held)).toEqual(['1', true]);
    expect(jump(held, { positions: [positionOf('KO', 3)] })).toEqual(['1.1', false]);
    expect(jump(none, held)).toEqual(['1.1', false]);
    expect(jump(held, none)).toEqual(['1.1', false]);
    expect(jump({ strategies: line(7) }, { strategies: line(8) })).toEqual(['1.1', false]);
    expect(jump({ strategies: line(7) }, { strategies: line(7) })).toEqual(['1', true]);
  });
  it('a deposit is no bad tick', () => {
    const rows = [
      rowAt(T0, 100, 0),
      rowAt(secondsAfter(T0, 2), 160, 1, { flows: [60] }),
      rowAt(secondsAfter(T0, 4), 160, 2),
    ];
    const { state, changes } = run(rows);
    expect(state.last?.equity.toString()).toBe('160');
    expect(changes).toEqual([]);
  });
});

describe('confirmation', () => {
  it('a breach in one of three samples opens nothing, in two of three it does', () => {
    const at = (i: number) => secondsAfter(T0, i * 4);
    const cash = (values: number[]) => values.map((c, i) => rowAt(at(i), 1000, i, { cash: new Decimal(c) }));
    const hard = (values: number[]) => told(run(cash(values)).changes).includes('rung100 cash');
    expect(hard([130, 130, 95, 130, 130])).toBe(false);
    expect(hard([130, 130, 95, 130, 95])).toBe(true);
  });
  it('a sane sample at 150 % of the limit needs no second', () => {
    const rows = [rowAt(T0, 1000, 0), rowAt(secondsAfter(T0, 4), 1000, 1, { cash: new Decimal(60) })];
    expect(told(run(rows).changes)).toContain('rung100 cash');
  });
  it('silence after one sane breach confirms it after 10 s, once', () => {
    const rows = [rowAt(T0, 1000, 0), rowAt(secondsAfter(T0, 4), 1000, 1, { cash: new Decimal(95) })];
    const { state, changes } = run(rows);
    expect(told(changes)).toEqual([]);
    expect(evaluateSilence(state, secondsAfter(T0, 13)).changes).toEqual([]);
    const after = evaluateSilence(state, secondsAfter(T0, 14));
    expect(told(after.changes)).toEqual(['opened cash', 'rung100 cash']);
    expect(evaluateSilence(after.state, secondsAfter(T0, 60)).changes).toEqual([]);
  });
});

describe('accounts', () => {
  it('one stale account makes the portfolio unknown', () => {
    const context = contextWith({ accounts: ['main', 'second'] });
    const rows = [
      rowAt(T0, 100, 0),
      { ...rowAt(T0, 50, 0), account: 'second' },
      rowAt(secondsAfter(T0, 60), 10, 1),
      rowAt(secondsAfter(T0, 65), 10, 2),
    ];
    const { verdicts, changes } = run(rows, context);
    expect(changes).toEqual([]);
    expect(new Set(verdicts.map((v) => v.state))).toEqual(new Set(['unknown']));
  });
  it('what a portfolio holds is unknown with it, instrument by instrument, and so are its strategies', () => {
    const strategies = [
      { strategy: 's1', realised: ZERO, unrealised: ZERO, fees: ZERO, trades: null },
      { strategy: 'aborted', realised: ZERO, unrealised: ZERO, fees: ZERO, trades: null },
    ];
    const positions = [positionOf('KO', 4, 's1'), positionOf('PEP', 3, 's1')];
    const held = { positions, strategies };
    const capitalOf = (id: string, at: Date) => (id === 's1' || at <= T0 ? new Decimal(50) : null);
    const context = contextWith({ accounts: ['main', 'second'], capitalOf });
    const told = (rows: AccountRow[], where = context) =>
      run(rows, where).verdicts.map((v) => `${v.measure} ${v.subject ?? v.scope.id} ${v.state}`);
    const silent = [
      rowAt(T0, 100, 0, held),
      { ...rowAt(T0, 50, 0), account: 'second' },
      rowAt(secondsAfter(T0, 60), 100, 1, held),
    ];
    const all = ['KO', 'PEP'].map((instrument) => `position ${instrument} unknown`);
    expect(told(silent.slice(0, 2)).filter((one) => one.startsWith('position'))).toEqual([
      'position KO within',
      'position PEP within',
    ]);
    expect(told(silent)).toEqual(expect.arrayContaining([...all, 'drawdown s1 unknown', 'winRate s1 unknown']));
    const blown = [rowAt(T0, 100, 0, held), rowAt(secondsAfter(T0, 60), -1, 1, held)];
    expect(told(blown, contextWith({ capitalOf }))).toEqual(expect.arrayContaining(all));
    // Nothing is known of an account that never reported, and so neither that nothing is held.
    expect(told([rowAt(T0, 100, 0)])).toContain(`position ${PORTFOLIO} unknown`);
  });
});

describe('positions', () => {
  const holding = (at: Date, sequence: number, notional: number) =>
    rowAt(at, 10_000, sequence, { positions: notional === 0 ? [] : [positionOf('KO', notional)] });
  it('an episode of a position ends when the position is closed', () => {
    const rows = [0, 1, 2, 3].map((i) => holding(minute(i), i, 600));
    const closed = [4, 5, 6, 7].map((i) => holding(minute(i), i, 0));
    const { state } = run([...rows, ...closed]);
    expect(Object.values(state.episodes)[0]).toMatchObject({ measure: 'position', subject: 'KO', state: 'cleared' });
  });
  it('a re-breach within 15 min is the same episode and repeats no rung', () => {
    const notionals = [600, 600, 0, 0, 0, 0, 600, 600, 600];
    const { changes } = run(notionals.map((n, i) => holding(minute(i), i, n)));
    expect(told(changes)).toEqual(['opened position', 'rung100 position', 'cleared position', 'reopened position']);
  });
  it('an approved 90 % override lets the index ETF be held', () => {
    const set = defaultSet([...DEFAULT_LIMITS, limitOf('position', 'portfolio', '0.90', { subject: 'SPX' })]);
    const rows = [0, 1, 2].map((i) => rowAt(minute(i), 10_000, i, { positions: [positionOf('SPX', 8_000)] }));
    expect(told(run(rows, contextWith({ sets: [set] })).changes)).toEqual(['opened position']);
    expect(told(run(rows).changes)).toContain('rung100 position');
  });
});

describe('cash', () => {
  const verdictOf = (extra: Partial<Omit<AccountRow, 'flows'>>) =>
    run([
      rowAt(T0, 10_000, 0, { positions: [positionOf('KO', -400), positionOf('PEP', 300)], ...extra }),
    ]).verdicts.find((v) => v.measure === 'cash');
  it('is under its minimum once what short sales brought in is taken off', () => {
    expect(verdictOf({ cash: new Decimal(1_300) })).toMatchObject({
      state: 'breach',
      sentence: 'Minimum cash 9.0 % is under 10.0 %',
    });
  });
  it('is what initial margin leaves of equity where that is less', () => {
    const initialMargin = new Decimal(9_050);
    expect(verdictOf({ cash: new Decimal(5_000), initialMargin })?.sentence).toBe('Minimum cash 9.5 % is under 10.0 %');
    // 1,300 less the 400 that was sold short.
    expect(verdictOf({ cash: new Decimal(1_300), initialMargin })?.sentence).toBe('Minimum cash 9.0 % is under 10.0 %');
  });
  it('is taken as stated where margin was stated, and unknown where cash was not', () => {
    expect(verdictOf({ cash: new Decimal(1_300), isFreeOfProceeds: true })?.state).toBe('within');
    expect(verdictOf({ cash: null })?.state).toBe('unknown');
  });
});

describe('strategies', () => {
  const line = (pnl: number, trades: { closed: number; wins: number } | null = null) => ({
    strategy: 's1',
    realised: new Decimal(pnl),
    unrealised: new Decimal(0),
    fees: new Decimal(0),
    trades,
  });
  it('a promotion never moves a strategy curve', () => {
    let capital = 1_000;
    const context = contextWith({ capitalOf: () => new Decimal(capital) });
    const one = evaluateAll(
      EMPTY_STATE,
      [0, 1].map((i) => rowAt(minute(i), 10_000, i, { strategies: [line(-100 * i)] })),
      context,
    );
    const before = one.state.strategies.s1?.curve.unitValue.toString();
    capital = 5_000;
    const two = evaluateAll(one.state, [rowAt(minute(2), 10_000, 2, { strategies: [line(-100)] })], context);
    expect([before, two.state.strategies.s1?.curve.unitValue.toString()]).toEqual(['0.9', '0.9']);
  });
  it('kill triggered by another bot: a strategy is measured on its own P&L', () => {
    const context = contextWith({ capitalOf: () => new Decimal(1_000) });
    const rows = [0, -100, -160, -170, -170].map((pnl, i) =>
      rowAt(minute(i), 10_000 + pnl, i, { strategies: [line(pnl)] }),
    );
    const { changes } = run(rows, context);
    expect(changes.filter((c) => c.kind === 'rung').map((c) => c.key)).toEqual(['drawdown|strategy|s1|']);
  });
  it('win rate counts the last hundred closed trades', () => {
    const context = contextWith({ capitalOf: () => new Decimal(1_000) });
    const rows = [
      rowAt(minute(0), 10_000, 0, { strategies: [line(0, { closed: 100, wins: 90 })] }),
      rowAt(minute(1), 10_000, 1, { strategies: [line(0, { closed: 200, wins: 110 })] }),
      rowAt(minute(2), 10_000, 2, { strategies: [line(0, { closed: 200, wins: 110 })] }),
    ];
    const { verdicts } = run(rows, context);
    const rate = verdicts.find((v) => v.measure === 'winRate');
    expect(rate).toMatchObject({ state: 'breach' });
    expect(rate?.reading.kind === 'value' && rate.reading.value.toString()).toBe('0.2');
  });
});

describe('properties', () => {
  const move = fc.record({
    seconds: fc.integer({ min: 1, max: 7_200 }),
    percent: fc.integer({ min: -40, max: 40 }).map((n) => n / 10),
    cashShare: fc.integer({ min: -2, max: 30 }),
    position: fc.integer({ min: 0, max: 800 }),
  });
  const history = fc.array(move, { minLength: 3, maxLength: 40 }).map((moves) => {
    let at = T0;
    let equity = new Decimal(10_000);
    return moves.map((m, i) => {
      at = secondsAfter(at, m.seconds);
      equity = equity
        .mul(new Decimal(100 + m.percent))
        .div(100)
        .toDecimalPlaces(8);
      return rowAt(at, equity.toString(), i, {
        cash: equity.mul(m.cashShare).div(100).toDecimalPlaces(8),
        positions: m.position ? [positionOf('KO', m.position)] : [],
      });
    });
  });

  it('gives the same breaches whatever the order of arrival and the duplicates', () => {
    fc.assert(
      fc.property(history, fc.infiniteStream(fc.nat()), (rows, keys) => {
        const order = rows.map((row) => ({ row, key: keys.next().value as number }));
        const shuffled = order.sort((a, b) => a.key - b.key).map((o) => o.row);
        expect(run([...shuffled, ...shuffled.slice(0, 5)]).changes).toEqual(run(rows).changes);
      }),
      { numRuns: 30 },
    );
  });
  it('a restart after any sample changes nothing', () => {
    fc.assert(
      fc.property(history, fc.nat(), (rows, cut) => {
        const context = contextWith();
        const lookback = { points: [], days: [] };
        const at = cut % rows.length;
        const first = evaluateAll(EMPTY_STATE, rows.slice(0, at), context, lookback);
        const revived = decodeState<typeof first.state>(JSON.parse(JSON.stringify(encodeState(first.state))));
        const second = evaluateAll(revived, rows.slice(at), context, lookback);
        expect([...first.changes, ...second.changes]).toEqual(run(rows).changes);
      }),
      { numRuns: 30 },
    );
  });
  it('a curve that only rises never breaches drawdown or daily loss', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 300 }), { minLength: 2, maxLength: 30 }), (rises) => {
        let equity = 1_000;
        const rows = rises.map((rise, i) => {
          equity += rise;
          return rowAt(minute(i * 7), equity, i);
        });
        expect(run(rows).changes).toEqual([]);
      }),
    );
  });
});

it('an unevaluated sample keeps its flows for the next', () => {
  const context = contextWith({ accounts: ['main', 'second'] });
  const lookback = { points: [], days: [] };
  let state = EMPTY_STATE;
  for (const row of [
    rowAt(T0, 100, 0),
    { ...rowAt(T0, 50, 0), account: 'second' },
    rowAt(secondsAfter(T0, 60), 200, 1, { flows: [100] }),
    { ...rowAt(secondsAfter(T0, 61), 50, 1), account: 'second' },
  ]) {
    state = evaluateSample(state, row, context, lookback).state;
  }
  expect(state.curve?.unitValue.toString()).toBe('1');
});

describe('a position over its limit in one sample', () => {
  const X = (share: number) => ({ positions: [positionOf('X', share * 1_000)] });
  const rows = (shares: (number | null)[]) =>
    shares.map((share, i) => rowAt(secondsAfter(T0, i * 5), 100_000, i, share === null ? {} : X(share)));
  const open = (shares: (number | null)[]) => told(run(rows(shares)).changes);

  it('and sold in the next is confirmed by nothing, whether the row says 0 or leaves it out', () => {
    expect(open([null, 5.5, null, null, null, null])).toEqual([]);
    expect(open([null, 5.5, 0, 0, null, null])).toEqual([]);
    const { state } = run(rows([null, 5.5, null, null, null, null]));
    expect(Object.keys(state.windows).filter((key) => key.startsWith('position'))).toEqual([]);
  });

  it('and bought again is counted with it, as 2 of 3', () => {
    expect(open([null, 5.5, null, 5.5])).toEqual(['opened position', 'rung100 position']);
    expect(open([null, 5.5, null, null, 5.5, null])).toEqual([]);
  });
});

it('a breach that grows within its rung is told again each time that it gets graver, and only then', () => {
  const shares = [4, 5.2, 5.2, ...Array.from({ length: 40 }, (_, i) => 5.2 + i * 0.65)];
  const rows = shares.map((share, i) =>
    rowAt(secondsAfter(T0, i * 5), 100_000, i, { positions: [positionOf('X', share * 1_000)] }),
  );
  const { changes, state } = run(rows);
  const worse = changes.flatMap((c) => (c.kind === 'worsened' ? [`${c.severity} ${c.verdict?.sentence}`] : []));
  expect(told(changes).slice(0, 2)).toEqual(['opened position', 'rung100 position']);
  expect(worse).toEqual([
    'high Single position X 7.8 % exceeds 5.0 %',
    'critical Single position X 10.4 % exceeds 5.0 %',
  ]);
  const again = rows.map((row, i) => ({ ...row, sequence: 100 + i, asOf: secondsAfter(row.asOf, 300) }));
  expect(told(evaluateAll(state, again.slice(3), contextWith()).changes)).toEqual([]);
});
