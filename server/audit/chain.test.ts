import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson } from './canonical';
import { type ChainRow, entryHash, GENESIS_HASH, verifyChain } from './chain';

const AT = new Date('2026-11-20T08:11:42.310Z');

function entry(seq: number, previousHash: string, data: Record<string, unknown>): ChainRow {
  const columns = {
    id: `0192-${seq}`,
    type: 'alert.acknowledged',
    actor: 'person:1',
    actorName: 'AK',
    portfolioId: null,
    launchId: null,
  };
  const subject = { kind: 'alert', id: 'A-2291' };
  const content = canonicalJson({ ...columns, subject, occurredAt: AT.toISOString(), data });
  const hash = entryHash(seq, previousHash, content);
  return {
    ...columns,
    seq,
    subjectKind: subject.kind,
    subjectId: subject.id,
    occurredAt: AT,
    content,
    previousHash,
    hash,
  };
}

function chainOf(
  length: number,
  from: { seq: number; hash: string } = { seq: 0, hash: GENESIS_HASH },
  salt = '',
): ChainRow[] {
  const rows: ChainRow[] = [];
  let { seq, hash } = from;
  for (let i = 0; i < length; i++) {
    seq += 1;
    const row = entry(seq, hash, { note: `${salt}${seq}` });
    rows.push(row);
    hash = row.hash;
  }
  return rows;
}

const headOf = (rows: ChainRow[]) => ({ seq: rows.at(-1)?.seq ?? 0, hash: rows.at(-1)?.hash ?? GENESIS_HASH });
const kinds = (rows: ChainRow[], head = headOf(rows), known: { seq: number; hash: string }[] = []) =>
  verifyChain(rows, head, known).faults.map(({ kind }) => kind);

describe('the chain', () => {
  test('is whole when nothing was touched, also when it is empty', () => {
    const rows = chainOf(40);
    expect(verifyChain(rows, headOf(rows), [{ seq: 17, hash: rows[16]!.hash }])).toMatchObject({
      checked: 40,
      faults: [],
      isCut: false,
    });
    expect(kinds([])).toEqual([]);
  });

  test('any edit of any entry shows, at that entry', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), fc.integer({ min: 0, max: 29 }), (length, at) => {
        const rows = chainOf(length);
        const index = at % length;
        rows[index] = { ...rows[index]!, content: rows[index]!.content.replace('"note":"', '"note":"x') };
        const { faults } = verifyChain(rows, headOf(rows));
        expect(faults[0]).toMatchObject({ seq: index + 1, kind: 'changed' });
      }),
    );
  });

  test('an edit hidden by a new hash breaks the next link; hidden to the end, it breaks the head', () => {
    const rows = chainOf(10);
    const forged = entry(4, rows[2]!.hash, { note: 'forged' });
    expect(kinds([...rows.slice(0, 3), forged, ...rows.slice(4)])).toEqual(['unlinked']);
    const rewritten = [...rows.slice(0, 3), forged, ...chainOf(6, { seq: 4, hash: forged.hash }, 'again ')];
    expect(kinds(rewritten, headOf(rows))).toEqual(['tail-cut']);
  });

  test('history written anew with its head shows against a head that was exported before', () => {
    const rows = chainOf(10);
    const anew = chainOf(10, undefined, 'anew ');
    expect(kinds(anew, headOf(anew))).toEqual([]);
    expect(kinds(anew, headOf(anew), [{ seq: 6, hash: rows[5]!.hash }])).toEqual(['rewritten']);
  });

  test('a deleted entry, two exchanged ones and a cut tail show', () => {
    const rows = chainOf(10);
    expect(kinds(rows.filter(({ seq }) => seq !== 5))).toEqual(['missing']);
    const exchanged = [...rows.slice(0, 4), rows[5]!, rows[4]!, ...rows.slice(6)];
    expect(kinds(exchanged).length).toBeGreaterThan(0);
    expect(kinds(rows.slice(0, 8), headOf(rows))).toEqual(['tail-cut']);
    const cut = rows.slice(0, 8);
    expect(kinds(cut, headOf(cut), [headOf(rows)])).toEqual(['tail-cut']);
  });

  test('a column that tells another story than the hashed content shows', () => {
    const rows = chainOf(5);
    rows[2] = { ...rows[2]!, actorName: 'somebody else' };
    expect(kinds(rows)).toEqual(['columns-differ']);
  });

  test('a chain that is wrong everywhere is told within bounds', () => {
    const rows = chainOf(300).map((row) => ({ ...row, content: `${row.content} ` }));
    const report = verifyChain(rows, headOf(rows));
    expect(report.faults).toHaveLength(100);
    expect(report.isCut).toBe(true);
  });
});
