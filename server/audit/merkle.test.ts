import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Hex } from './canonical';
import { merkleRoot } from './merkle';
import { sealFault } from './seal-verdict';

test('the root of one, two and three leaves by hand', () => {
  const leaf = (text: string) => sha256Hex(`leaf:${text}`);
  const node = (left: string, right: string) => sha256Hex(`node:${left}:${right}`);
  expect(merkleRoot(['a'])).toBe(leaf('a'));
  expect(merkleRoot(['a', 'b'])).toBe(node(leaf('a'), leaf('b')));
  expect(merkleRoot(['a', 'b', 'c'])).toBe(node(node(leaf('a'), leaf('b')), leaf('c')));
});

test('any change, loss or exchange of a leaf gives another root', () => {
  fc.assert(
    fc.property(fc.uniqueArray(fc.string(), { minLength: 2, maxLength: 20 }), fc.nat(), (leaves, at) => {
      const root = merkleRoot(leaves);
      const index = at % leaves.length;
      const changed = leaves.map((leaf, i) => (i === index ? `${leaf}!` : leaf));
      const lost = leaves.filter((_, i) => i !== index);
      const exchanged = [...leaves.slice(1), leaves[0]!];
      for (const other of [changed, lost, exchanged]) expect(merkleRoot(other)).not.toBe(root);
    }),
  );
});

test('a seal tells a changed, a lost and an unrecorded minute apart, and forgives what retention removed', () => {
  const minute = new Date('2026-11-20T08:11:00Z');
  const leaves = ['a:1:x', 'a:2:y'];
  const facts = { count: 2, merkleRoot: merkleRoot(leaves) };
  const seal = { minute, ...facts, eventContent: JSON.stringify({ data: facts }) };
  expect(sealFault(seal, leaves)).toBeNull();
  expect(sealFault(seal, null)).toBeNull();
  expect(sealFault(seal, ['a:1:x'])?.words).toMatch(/2 snapshots were sealed .* 1 are there now/);
  expect(sealFault(seal, ['a:1:x', 'a:2:z'])?.words).toMatch(/changed/);
  expect(sealFault({ ...seal, eventContent: null }, leaves)?.words).toMatch(/no entry/);
  expect(sealFault({ ...seal, count: 3 }, leaves)?.words).toMatch(/differs/);
});
