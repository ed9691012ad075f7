import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Holder, isByTwo, isRiskAndManager, standing } from './four-eyes';

const signed = (...people: [string, string][]) => people.map(([personId, role]) => ({ personId, role }));
const holders: Holder[] = [
  { id: 'ann', role: 'risk-officer' },
  { id: 'rob', role: 'risk-officer' },
  { id: 'mia', role: 'manager' },
  { id: 'max', role: 'manager' },
  { id: 'both', role: 'risk-officer' },
  { id: 'both', role: 'manager' },
];

test('two people of one kind put a looser limit into force, and do not accept a breach', () => {
  for (const pair of [
    signed(['ann', 'risk-officer'], ['rob', 'risk-officer']),
    signed(['mia', 'manager'], ['max', 'manager']),
  ]) {
    expect(isByTwo(pair, holders)).toBe(true);
    expect(isRiskAndManager(pair, holders)).toBe(false);
  }
  expect(isRiskAndManager(signed(['ann', 'risk-officer'], ['mia', 'manager']), holders)).toBe(true);
});

test('who holds both roles stands for either, never for both', () => {
  expect(isRiskAndManager(signed(['both', 'risk-officer']), holders)).toBe(false);
  expect(isRiskAndManager(signed(['both', 'risk-officer'], ['both', 'manager']), holders)).toBe(false);
  expect(isRiskAndManager(signed(['both', 'risk-officer'], ['rob', 'risk-officer']), holders)).toBe(true);
  expect(isRiskAndManager(signed(['both', 'risk-officer'], ['mia', 'manager']), holders)).toBe(true);
});

test('a signature falls with the role it was given in', () => {
  const pair = signed(['ann', 'risk-officer'], ['mia', 'manager']);
  const without = holders.filter((h) => h.id !== 'ann');
  expect(standing(pair, without).map((s) => s.personId)).toEqual(['mia']);
  expect(isByTwo(pair, without)).toBe(false);
});

test('one person never is two, however often and in whatever roles they sign', () => {
  const one = fc.constantFrom('ann', 'mia', 'both');
  const role = fc.constantFrom('risk-officer', 'manager');
  fc.assert(
    fc.property(one, fc.array(role, { maxLength: 6 }), (person, roles) => {
      const all = roles.map((r) => ({ personId: person, role: r }));
      expect(isByTwo(all, holders)).toBe(false);
      expect(isRiskAndManager(all, holders)).toBe(false);
    }),
  );
});
