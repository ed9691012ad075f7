import { describe, expect, it } from 'vitest';
import { automaticKind } from '../limit-sets/limit-change';
import { isAutomatic, isPolicyRef, policyName, policyRef } from './automatic-policy';

const policy = { limitSetId: 'a1', version: 3, kinds: ['raise-cash' as const] };

describe('actions that a limit set sends by itself', () => {
  it('are those it names and no other; a cut of a correlated pair never is', () => {
    expect(isAutomatic('raise-cash', policy)).toBe(true);
    expect(isAutomatic('reduce-positions', policy)).toBe(false);
    expect(isAutomatic('cut-capital', policy)).toBe(false);
    expect(isAutomatic(null, policy)).toBe(false);
  });

  it('name the version that decided', () => {
    expect([policyRef(policy), policyName(policy)]).toEqual(['policy:limit-set:a1', 'limit set v3']);
    expect([isPolicyRef(policyRef(policy)), isPolicyRef('person:a1'), isPolicyRef(null)]).toEqual([true, false, false]);
  });

  it('more of them, fewer and others are all changes for two people', () => {
    expect(automaticKind([], ['raise-cash'])).toBe('looser');
    expect(automaticKind(['raise-cash'], [])).toBe('looser');
    expect(automaticKind(['raise-cash'], ['reduce-position'])).toBe('looser');
    expect(automaticKind(['raise-cash', 'reduce-position'], ['reduce-position', 'raise-cash'])).toBe('same');
  });
});
