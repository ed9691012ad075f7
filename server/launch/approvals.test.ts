import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Role } from '../kernel/actor';
import {
  type ApprovalFact,
  approvalStanding,
  assignRoles,
  countApprovals,
  mayApprove,
  type PersonFact,
} from './approvals';

const NOW = new Date('2026-11-19T15:00:00Z');
const HOUR = 3_600_000;
const people: PersonFact[] = [
  { id: 'eve', name: 'Eve', roles: ['engineer'] },
  { id: 'sam', name: 'Sam', roles: ['manager'] },
  { id: 'lea', name: 'Lea', roles: ['risk-officer'] },
  { id: 'two', name: 'Two', roles: ['engineer', 'manager'] },
  { id: 'adm', name: 'Adm', roles: ['admin'] },
];
const rule = { roles: ['engineer', 'manager'] as Role[] };
let counter = 0;
const approval = (personId: string, over: Partial<ApprovalFact> = {}): ApprovalFact => ({
  id: `ap${++counter}`,
  personId,
  personName: personId,
  decision: 'approved',
  reason: '',
  contentHash: 'h',
  decidedAt: new Date(NOW.getTime() - HOUR),
  expiresAt: new Date(NOW.getTime() + 10 * HOUR),
  voidedAt: null,
  voidReason: null,
  ...over,
});
const facts = (over = {}) => ({ hash: 'h', people, excluded: new Map(), now: NOW, ...over });
const isComplete = (list: ApprovalFact[], over = {}) => countApprovals(rule, list, facts(over)).isComplete;

test('two approvals by one person count once, whatever roles they hold', () => {
  expect(isComplete([approval('two'), approval('two')])).toBe(false);
  expect(isComplete([approval('two'), approval('eve')])).toBe(true);
  expect(isComplete([approval('eve'), approval('sam')])).toBe(true);
});

test('an approval falls with changed content, with time, and with its person', () => {
  const pair = [approval('eve'), approval('sam')];
  expect(isComplete(pair, { hash: 'other' })).toBe(false);
  expect(isComplete(pair, { now: new Date(NOW.getTime() + 11 * HOUR) })).toBe(false);
  expect(isComplete(pair, { people: people.filter((one) => one.id !== 'sam') })).toBe(false);
  expect(isComplete([approval('eve'), approval('sam', { voidedAt: NOW })])).toBe(false);
});

test('a proposer, executor or release author never approves, admins included', () => {
  for (const why of ['proposer', 'executor', 'release author'] as const) {
    expect(isComplete([approval('eve'), approval('sam')], { excluded: new Map([['sam', why]]) })).toBe(false);
    const admin: PersonFact = { id: 'adm', name: 'Adm', roles: ['admin', 'engineer', 'manager'] };
    expect(mayApprove(rule, admin, new Map([['adm', why]]), { slots: [] })).toMatchObject({ code: 'SELF_APPROVAL' });
  }
});

test('a rejection vetoes, outlives changes, and ends when its person decides anew', () => {
  const no = approval('lea', { decision: 'rejected', reason: 'No rollback drill yet.' });
  expect(approvalStanding(no, [no], facts())).toBe('rejected');
  expect(approvalStanding(no, [no], facts({ hash: 'changed' }))).toBe('rejected');
  const yes = approval('lea', { decidedAt: NOW });
  expect(approvalStanding(no, [no, yes], facts())).toBe('superseded');
});

test('a policy that the enabled people cannot meet is said', () => {
  const few = people.filter((one) => one.id === 'two');
  expect(countApprovals(rule, [], facts({ people: few })).isMeetable).toBe(false);
  expect(
    countApprovals(
      rule,
      [],
      facts({
        excluded: new Map([
          ['sam', 'executor'],
          ['two', 'executor'],
        ]),
      }),
    ).isMeetable,
  ).toBe(false);
  expect(countApprovals(rule, [], facts()).isMeetable).toBe(true);
});

test('roles are assigned to different people, and the best assignment is found', () => {
  const both: PersonFact = { id: 'two', name: 'Two', roles: ['engineer', 'manager'] };
  const one: PersonFact = { id: 'eve', name: 'Eve', roles: ['engineer'] };
  for (const order of [
    [both, one],
    [one, both],
  ]) {
    expect(assignRoles(['engineer', 'manager'], order).every((slot) => slot.person)).toBe(true);
  }
});

test('taking away any approval never completes a gate', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('eve', 'sam', 'lea', 'two', 'adm'), { maxLength: 5 }), (ids) => {
      const list = ids.map((id) => approval(id));
      const whole = isComplete(list);
      for (const gone of list) if (isComplete(list.filter((one) => one !== gone))) expect(whole).toBe(true);
    }),
  );
});
