import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EngineReport, ReplyMessage } from '../engines/messages';
import type { EngineAnswer } from '../engines/port';
import { commandScopeOf, enginesInScope, isWithin, type PlannedEngine, planSteps } from './plan';
import {
  afterAnswer,
  afterDeadline,
  beginStep,
  freshStep,
  leftToDo,
  mayHaveRun,
  RUN_TIMES,
  type Step,
  startable,
  verdictOf,
} from './step';

const pressedAt = new Date('2026-11-20T08:11:42Z');
const at = (seconds: number) => new Date(pressedAt.getTime() + seconds * 1000);
const engine = (id: string, roles: string[], over: Partial<PlannedEngine> = {}): PlannedEngine => ({
  id,
  name: id,
  portfolioId: 'p',
  roles,
  isDrillTarget: false,
  ...over,
});
const ALL = { kind: 'portfolio' as const, strategies: null };
const context = (seconds: number) => ({ now: at(seconds), pressedAt, scope: ALL, keepStops: false, times: RUN_TIMES });

const report = (over: Partial<EngineReport> = {}): EngineReport => ({
  asOf: pressedAt.toISOString(),
  state: 'HALTED',
  acceptsOrders: false,
  lockedDown: true,
  epoch: 4,
  buildDigest: 'sha256:b',
  leaseUntil: null,
  strategies: [],
  workingOrders: [],
  positions: [],
  ...over,
});
const answered = (result: ReplyMessage['result'], over: Partial<EngineReport> = {}, epoch = 4): EngineAnswer => ({
  kind: 'answered',
  tookMs: 2,
  reply: { to: 'reply', echo: 'n', id: 'c', result, epoch, report: report(over) },
});
const order = (over: object = {}) => ({
  id: 'o',
  strategy: 's',
  instrument: 'X',
  side: 'sell' as const,
  type: 'limit' as const,
  quantity: '1',
  filled: '0',
  price: '1',
  isReduceOnly: false,
  placedAt: pressedAt.toISOString(),
  ...over,
});
const position = { strategy: 's', instrument: 'X', quantity: '5', price: '1', value: '5' };

const engines = [
  engine('e1', ['trading_engine', 'portfolio_manager']),
  engine('gw', ['api_gateway']),
  engine('oms', ['order_management']),
];
const plan = (severity: 'high' | 'critical') => planSteps({ severity, engines }).map((step) => freshStep(step, 4));
const cells = (steps: Step[]) => steps.map((step) => `${step.ordinal} ${step.engineId}`);

test('the plan blocks, cancels, closes only if critical, then locks every system; each command has its own key', () => {
  expect(cells(plan('high'))).toEqual(['1 e1', '1 gw', '2 oms', '4 e1', '4 gw', '4 oms']);
  expect(cells(plan('critical'))).toEqual(['1 e1', '1 gw', '2 oms', '3 e1', '4 e1', '4 gw', '4 oms']);
  expect(new Set(plan('critical').map((step) => step.commandKey)).size).toBe(7);
});

test('a drill reaches drill targets and nothing real; a strategy reaches its own engine and the gateways', () => {
  const all = [
    ...engines,
    engine('e2', ['trading_engine']),
    engine('drill', ['trading_engine'], { isDrillTarget: true }),
    engine('far', ['trading_engine'], { portfolioId: 'q' }),
  ];
  const strategies = [{ id: 's1', ref: 'index-trend', engineId: 'e1', portfolioId: 'p' }];
  const scope = { kind: 'strategy' as const, portfolioId: 'p', strategyId: 's1' };
  const ids = (isDrill: boolean, wish: Parameters<typeof enginesInScope>[0]) =>
    enginesInScope(wish, all, strategies, isDrill).map(({ id }) => id);
  expect(ids(false, scope)).toEqual(['e1', 'gw', 'oms']);
  expect(ids(false, { ...scope, kind: 'portfolio' })).toEqual(['e1', 'gw', 'oms', 'e2']);
  expect(ids(false, { kind: 'firm', portfolioId: null, strategyId: null })).toContain('far');
  expect(ids(true, scope)).toEqual(['drill']);
  expect(commandScopeOf(scope, strategies)).toEqual({ kind: 'strategy', strategies: ['index-trend'] });
  expect(isWithin(scope, { ...scope, kind: 'portfolio' })).toBe(true);
  expect(isWithin({ ...scope, kind: 'portfolio' }, scope)).toBe(false);
});

test('a timeout is unknown and is asked after with the same key', () => {
  const begun = beginStep(plan('high')[0]!, at(0));
  expect(afterDeadline(begun, at(29))).toBe(begun);
  const late = afterDeadline(begun, at(30));
  expect(late).toMatchObject({ state: 'unknown', error: 'No answer in 30 s.', commandKey: begun.commandKey });
  const silent = afterAnswer(begun, { kind: 'unknown', why: 'No answer in 5 s.' }, context(5));
  expect(silent).toMatchObject({ state: 'unknown', attempts: 1, nextAttemptAt: at(6) });
  expect(mayHaveRun(silent)).toBe(true);
  expect(afterAnswer(silent, answered('unknown-command'), context(6))).toMatchObject({
    state: 'running',
    nextAttemptAt: at(6),
    commandKey: begun.commandKey,
  });
});

test('a system that hangs never holds up the next step', () => {
  const steps = plan('high').map((step) => (step.ordinal === 1 ? beginStep(step, at(0)) : step));
  expect(startable(steps, at(1))).toEqual([]);
  const hung = steps.map((step) =>
    step.engineId === 'gw' && step.ordinal === 1
      ? afterAnswer(step, { kind: 'unknown', why: 'No answer in 5 s.' }, context(5))
      : step.ordinal === 1
        ? afterAnswer(step, answered('done'), context(1))
        : step,
  );
  expect(cells(startable(hung, at(5)))).toEqual(['2 oms']);
});

test('done is what the engine reports, not what it answers', () => {
  const cancel = beginStep(plan('high')[2]!, at(0));
  const left = afterAnswer(cancel, answered('done', { workingOrders: [order()] }), context(1));
  expect(left).toMatchObject({ state: 'acknowledged', remaining: '1 working order left', nextAttemptAt: at(2) });
  expect(afterAnswer(left, answered('done'), context(2))).toMatchObject({ state: 'verified', verifiedAt: at(2) });
  expect(afterAnswer(left, answered('done', { workingOrders: [order()] }), context(60))).toMatchObject({
    state: 'unknown',
    error: 'Not verified in 60 s: 1 working order left.',
  });
});

test('protective stops stay when they are kept, other strategies count in their own scope only', () => {
  const stop = order({ type: 'stop', isReduceOnly: true });
  expect(leftToDo('cancel_orders', report({ workingOrders: [stop] }), ALL, true)).toBeNull();
  expect(leftToDo('cancel_orders', report({ workingOrders: [stop] }), ALL, false)).toBe('1 working order left');
  const mine = { kind: 'strategy' as const, strategies: ['mine'] };
  expect(leftToDo('close_positions', report({ positions: [position] }), mine, false)).toBeNull();
  expect(leftToDo('close_positions', report({ positions: [position] }), ALL, false)).toBe('1 position left');
  const place = {
    ref: 'mine',
    state: 'ACTIVE' as const,
    acceptsOrders: false,
    lockedDown: false,
    capital: '1',
    release: null,
  };
  const open = report({ acceptsOrders: true, lockedDown: false, strategies: [place] });
  expect(leftToDo('stop_order_acceptance', open, mine, false)).toBeNull();
  expect(leftToDo('system_lockdown', open, mine, false)).toBe('not locked down');
});

test('a stop refused as stale goes out again above the epoch of the engine, once', () => {
  const begun = beginStep(plan('high')[0]!, at(0));
  const raised = afterAnswer(begun, answered('stale-epoch', {}, 9), context(1));
  expect(raised).toMatchObject({ epoch: 10, epochResent: true, nextAttemptAt: at(1) });
  expect(afterAnswer(raised, answered('stale-epoch', {}, 12), context(2))).toMatchObject({ state: 'failed' });
});

test('stopped only if every step is verified; otherwise partial when the waiting is over', () => {
  const verified = plan('high').map((step) => ({ ...beginStep(step, at(0)), state: 'verified' as const }));
  expect(verdictOf(verified, at(1))).toBe('stopped');
  const one = verified.map((step, i) => (i === 0 ? { ...step, state: 'unknown' as const } : step));
  expect([verdictOf(one, at(29)), verdictOf(one, at(30))]).toEqual(['running', 'partial']);
  expect(verdictOf([], at(0))).toBe('partial');
});

test('whatever engines answer, no step is verified without a report that shows it', () => {
  const answer = fc.oneof(
    fc.constant<EngineAnswer>({ kind: 'unknown', why: 'x' }),
    fc.constant<EngineAnswer>({ kind: 'not-sent', why: 'x' }),
    fc
      .constantFrom<ReplyMessage['result']>('done', 'accepted', 'failed', 'stale-epoch', 'unknown-command')
      .map((result) => answered(result, { workingOrders: [order()] })),
  );
  fc.assert(
    fc.property(fc.array(answer, { maxLength: 12 }), (answers) => {
      let step = beginStep(plan('high')[2]!, at(0));
      for (const [i, given] of answers.entries())
        step = afterDeadline(afterAnswer(step, given, context(i * 6)), at(i * 6));
      expect(step.state).not.toBe('verified');
      expect(step.commandKey).toBe(step.commandKey);
    }),
  );
});
