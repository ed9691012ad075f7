import { describe, expect, test } from 'vitest';
import { changesBetween, readValues, valuesOf } from './fields';
import { agreeFault, DEFAULTS, isAgreed, POLICY_KINDS } from './kinds';
import { unmetBy } from './warnings';

describe('a policy as its form', () => {
  test('reads back what it shows, for every policy that ships', () => {
    for (const kind of POLICY_KINDS) {
      expect(readValues(kind, valuesOf(kind, DEFAULTS[kind]))).toEqual({ content: DEFAULTS[kind] });
    }
  });

  test('names every field at fault at once, by the name it has on the page', () => {
    const values = {
      ...valuesOf('soak', DEFAULTS.soak),
      'at/10/hours': 'soon',
      'at/50/trades': '1.5',
      longestPauseMinutes: '',
    };
    expect(readValues('soak', values)).toEqual({
      faults: { 'at/10/hours': [expect.any(String)], longestPauseMinutes: [expect.any(String)] },
    });
    expect(readValues('soak', { ...values, 'at/10/hours': '24', longestPauseMinutes: '60' })).toEqual({
      faults: { 'at/50/trades': [expect.any(String)] },
    });
    expect(readValues('soak', { ...valuesOf('soak', DEFAULTS.soak), 'at/10/hours': '0' })).toHaveProperty('faults');
  });

  test('an approver who may not decide at a gate cannot be chosen', () => {
    const values = valuesOf('approval', DEFAULTS.approval);
    for (const role of ['quant', 'engineer', 'nobody']) {
      const reading = readValues('approval', { ...values, 'gates/tranche-10/roles/0': role });
      expect(reading).toEqual({ faults: { 'gates/tranche-10/roles/0': [expect.any(String)] } });
    }
  });

  test('an empty time is never, an empty approver is nobody more, and the difference says both', () => {
    const calm = readValues('escalation', { ...valuesOf('escalation', DEFAULTS.escalation), 'high/boardMinutes': '' });
    if (!('content' in calm)) return expect.unreachable();
    expect(calm.content.high.boardMinutes).toBeNull();
    expect(changesBetween('escalation', DEFAULTS.escalation, calm.content)).toEqual([
      { group: 'High', label: 'The board is told after', before: '60 min', after: 'Never' },
    ]);
    const values = valuesOf('approval', DEFAULTS.approval);
    const one = readValues('approval', { ...values, 'gates/tranche-10/roles/1': '' });
    expect(one).toMatchObject({ content: { gates: { 'tranche-10': { roles: ['risk-officer'] } } } });
    expect(readValues('approval', { ...values, 'gates/tranche-50/roles/0': '' })).toHaveProperty('faults');
  });
});

describe('what cannot be met', () => {
  const person = (id: string, ...roles: ('engineer' | 'manager' | 'risk-officer')[]) => ({ id, name: id, roles });
  const all = [person('e', 'engineer'), person('m', 'manager'), person('r', 'risk-officer')];
  const means = (people = all) => ({ portfolios: [{ name: 'Alpha', people }], channelLevels: new Set([0, 1, 2]) });

  test('a gate for which no enabled people are left is named with its portfolio', () => {
    expect(unmetBy('approval', DEFAULTS.approval, means())).toEqual([]);
    const without = unmetBy('approval', DEFAULTS.approval, means(all.slice(0, 2)));
    expect(without).toHaveLength(4);
    expect(without[0]).toContain('Alpha: no enabled people can meet phase 3');
  });

  test('one person with two roles does not meet a gate that asks for two people', () => {
    const both = means([person('e', 'engineer'), person('x', 'manager', 'risk-officer')]);
    expect(unmetBy('approval', DEFAULTS.approval, both).join()).toContain('tranche 10');
  });

  test('a level that has no channel is said', () => {
    const quiet = { ...means(), channelLevels: new Set([0]) };
    expect(unmetBy('escalation', DEFAULTS.escalation, quiet)).toHaveLength(2);
  });
});

describe('agreement', () => {
  test('takes two different people who still hold the role; an admin only proposes', () => {
    const by = (...ids: string[]) => ids.map((personId) => ({ personId }));
    expect(isAgreed(by('a', 'a'), new Set(['a']))).toBe(false);
    expect(isAgreed(by('a', 'b'), new Set(['a']))).toBe(false);
    expect(isAgreed(by('a', 'b'), new Set(['a', 'b']))).toBe(true);
    expect(agreeFault('a', false, { agreements: [] })).not.toBeNull();
    expect(agreeFault('a', true, { agreements: by('a') })).not.toBeNull();
    expect(agreeFault('b', true, { agreements: by('a') })).toBeNull();
  });
});
