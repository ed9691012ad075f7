import { expect, test } from 'vitest';
import { approvalFault, grantRule, isAgreed } from './role-grant';

test('an admin gives viewer, engineer and quant at once, and only proposes the rest', () => {
  const by = (role: Parameters<typeof grantRule>[0]['role'], approversEverEnrolled = 2) =>
    grantRule({ role, proposerRoles: ['admin'], approversEverEnrolled });
  expect(['viewer', 'engineer', 'quant'].map((role) => by(role as 'viewer'))).toEqual([
    'at-once',
    'at-once',
    'at-once',
  ]);
  for (const role of ['risk-officer', 'manager', 'board', 'admin'] as const) expect(by(role)).toBe('two-people');
});

test('a new firm is staffed by its admin until two people could agree, and never again', () => {
  const rule = (approversEverEnrolled: number) =>
    grantRule({ role: 'manager', proposerRoles: ['admin'], approversEverEnrolled });
  expect([0, 1, 2, 3].map(rule)).toEqual(['first-run', 'first-run', 'two-people', 'two-people']);
  expect(grantRule({ role: 'admin', proposerRoles: ['manager'], approversEverEnrolled: 1 })).toBe('two-people');
  expect(grantRule({ role: 'viewer', proposerRoles: ['risk-officer', 'engineer'], approversEverEnrolled: 0 })).toBe(
    'refused',
  );
});

test('nobody agrees to their own role or twice, and an admin not at all, whatever other roles the proposal has', () => {
  const proposal = { personId: 'p', approvals: [{ personId: 'm', at: '' }] };
  expect(approvalFault({ personId: 'p', roles: ['manager', 'board'], proposal })).toBe('own');
  expect(approvalFault({ personId: 'm', roles: ['manager', 'board'], proposal })).toBe('twice');
  expect(approvalFault({ personId: 'a', roles: ['admin', 'risk-officer'], proposal })).toBe('role');
  expect(approvalFault({ personId: 'b', roles: ['board'], proposal })).toBeNull();
});

test('two different people must agree who may do so now; one who lost the role counts no more', () => {
  const approvals = ['m', 'm', 'b'].map((personId) => ({ personId, at: '' }));
  expect(isAgreed(approvals, new Set(['m', 'b']))).toBe(true);
  expect(isAgreed(approvals.slice(0, 2), new Set(['m', 'b']))).toBe(false);
  expect(isAgreed(approvals, new Set(['b']))).toBe(false);
});
