import { expect, test } from 'vitest';
import type { Role } from '../kernel/actor';
import { type ResumeApproval, resumeVerdict, standingOf } from './resume';

const approval = (personId: string, role: Role, contentHash = 'h'): ResumeApproval => ({
  personId,
  name: personId,
  role,
  at: '2026-11-20T10:00:00Z',
  factor: 'totp',
  contentHash,
});
const verdict = (approvals: ResumeApproval[], scope: 'firm' | 'portfolio' = 'portfolio', gone: string[] = []) =>
  resumeVerdict(approvals, {
    scope,
    contentHash: 'h',
    standing: (id) => (gone.includes(id) ? null : (approvals.find((a) => a.personId === id)?.role ?? null)),
  });

test('two different people, one of them a risk officer', () => {
  const [lm, jt, sd] = [approval('lm', 'risk-officer'), approval('jt', 'risk-officer'), approval('sd', 'manager')];
  expect(verdict([lm, sd]).kind).toBe('may');
  expect(verdict([lm, jt]).kind).toBe('may');
  expect(verdict([lm, lm])).toEqual({ kind: 'needs', text: 'Still needed: a Manager or a second Risk officer.' });
  expect(verdict([sd, approval('hk', 'manager')])).toEqual({ kind: 'needs', text: 'Still needed: a Risk officer.' });
  expect(verdict([])).toEqual({
    kind: 'needs',
    text: 'Still needed: a Risk officer and a Manager or a second Risk officer.',
  });
});

test('the whole firm takes a risk officer and a manager', () => {
  const [lm, jt, sd] = [approval('lm', 'risk-officer'), approval('jt', 'risk-officer'), approval('sd', 'manager')];
  expect(verdict([lm, jt], 'firm')).toEqual({ kind: 'needs', text: 'Still needed: a Manager.' });
  expect(verdict([lm, sd], 'firm').kind).toBe('may');
});

test('an approver disabled later and a signature on other content do not count', () => {
  const [lm, sd] = [approval('lm', 'risk-officer'), approval('sd', 'manager')];
  expect(verdict([lm, sd], 'portfolio', ['sd']).kind).toBe('needs');
  expect(verdict([lm, { ...sd, contentHash: 'old' }]).kind).toBe('needs');
});

test('owners and engineers never, the board only where nobody else is', () => {
  const facts = { ownerId: 'owner', otherOfficers: 2 };
  const stands = (roles: Role[], personId = 'p', more = facts) => 'role' in standingOf({ personId, roles }, more);
  expect(stands(['risk-officer'])).toBe(true);
  expect(stands(['risk-officer'], 'owner')).toBe(false);
  expect(stands(['risk-officer', 'engineer'])).toBe(false);
  expect(stands(['board'])).toBe(false);
  expect(stands(['board'], 'p', { ...facts, otherOfficers: 1 })).toBe(true);
  expect(stands(['quant'])).toBe(false);
});
