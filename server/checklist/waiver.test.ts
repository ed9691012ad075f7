import { expect, test } from 'vitest';
import type { Role } from '../kernel/actor';
import { type WaiverFact, waiverApproval, waiverDateFault, waiverState } from './waiver';

const NOW = new Date('2026-11-19T15:00:00Z');
const at = (days: number) => new Date(NOW.getTime() + days * 86_400_000);
const proposal = (over: Partial<WaiverFact> = {}): WaiverFact => ({
  id: 'w',
  reason: 'The CDN comes in December.',
  proposedBy: 'ann',
  proposedByName: 'Ann',
  proposedAt: at(-1),
  approvals: [],
  grantedAt: null,
  expiresAt: at(20),
  rejectedAt: null,
  revokedAt: null,
  exemptProbes: [],
  ...over,
});
const person = (personId: string, ...roles: Role[]) => ({ personId, roles });
const lea = { personId: 'lea', name: 'Lea', role: 'risk-officer', at: '', factor: 'totp' };

test('a plain waiver is granted by one manager', () => {
  expect(waiverApproval(proposal(), false, person('sam', 'manager'), NOW)).toMatchObject({ may: true, grants: true });
  expect(waiverApproval(proposal(), false, person('lea', 'risk-officer'), NOW)).toMatchObject({ code: 'WRONG_ROLE' });
});

test('a critical waiver takes a risk officer and a manager, two people', () => {
  expect(waiverApproval(proposal(), true, person('lea', 'risk-officer'), NOW)).toMatchObject({
    may: true,
    grants: false,
  });
  const half = proposal({ approvals: [lea] });
  expect(waiverApproval(half, true, person('sam', 'manager'), NOW)).toMatchObject({ may: true, grants: true });
  expect(waiverApproval(half, true, person('lea', 'risk-officer', 'manager'), NOW)).toMatchObject({
    code: 'ALREADY_APPROVED',
  });
});

test('nobody approves the waiver they proposed, whatever roles they hold', () => {
  expect(waiverApproval(proposal(), false, person('ann', 'manager', 'admin'), NOW)).toMatchObject({
    code: 'SELF_APPROVAL',
  });
});

test('a waiver ends by its date, by revocation and by rejection', () => {
  expect(waiverState(proposal({ grantedAt: at(-1) }), NOW)).toBe('in-force');
  expect(waiverState(proposal({ grantedAt: at(-1) }), at(20))).toBe('expired');
  expect(waiverState(proposal({ grantedAt: at(-1), revokedAt: at(0) }), NOW)).toBe('revoked');
  expect(waiverApproval(proposal({ rejectedAt: at(0) }), false, person('sam', 'manager'), NOW)).toMatchObject({
    code: 'WAIVER_SETTLED',
  });
});

test('a waiver must end, in the future and within 90 days', () => {
  expect(waiverDateFault(at(-1), NOW)).toContain('already');
  expect(waiverDateFault(at(91), NOW)).toMatch(/90\sd at most/);
  expect(waiverDateFault(at(90), NOW)).toBeNull();
});
