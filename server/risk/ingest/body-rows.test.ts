import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readBody } from './body-rows';

const PORTFOLIO = '0193a4f0-0000-7000-8000-000000000001';
const bytesOf = (text: string) => Buffer.from(text);
const rowsOf = (text: string) => [...readBody(bytesOf(text)).rows];

/** Rows with the key of the first one also deep inside, where a cut would be wrong, and with text that looks like a cut. */
const text = fc.oneof(
  fc.string({ maxLength: 8 }),
  fc.constantFrom('},{"account"', '"},{"account":1}', ']}', '\\', 'ü€'),
);
const inner = fc.array(fc.record({ account: text, of: text }), { maxLength: 3 });
const row = fc.oneof(
  { weight: 5, arbitrary: fc.record({ account: text, sequence: fc.nat() }) },
  { weight: 2, arbitrary: fc.record({ account: text, positions: inner }) },
  { weight: 1, arbitrary: fc.record({ positions: inner, account: text }) },
  { weight: 1, arbitrary: fc.constantFrom(null, 5, 'x', [], {}) },
);
const rows = fc
  .tuple(fc.array(row, { minLength: 1, maxLength: 5 }), fc.constantFrom(1, 40, 70))
  .map(([some, times]) => Array.from({ length: times }, () => some).flat());

describe('the rows of a body', () => {
  it('are what parsing the whole of it gives, however it is written', () => {
    const spaced = (value: unknown) => JSON.stringify(value).replaceAll('},{', '}, {');
    fc.assert(
      fc.property(
        rows,
        fc.constantFrom(spaced, JSON.stringify, (v: unknown) => JSON.stringify(v, null, 1)),
        (all, write) => {
          for (const extra of [{}, { portfolioId: PORTFOLIO }]) {
            const body = write({ ...extra, rows: all });
            const read = readBody(bytesOf(body));
            expect(read.portfolioId).toBe((JSON.parse(body) as { portfolioId?: string }).portfolioId);
            expect([...read.rows]).toEqual((JSON.parse(body) as { rows: unknown[] }).rows);
          }
          const after = write({ rows: all, note: all });
          expect(rowsOf(after)).toEqual((JSON.parse(after) as { rows: unknown[] }).rows);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('belong to the portfolio that parsing the whole of it names, or are refused', () => {
    const other = PORTFOLIO.replace(/1$/, '2');
    const rows = '"rows":[{"account":"a"}]';
    for (const [text, portfolioId] of [
      [`{"portfolioId":"${PORTFOLIO}",${rows},"portfolioId":"${other}","tags":[]}`, other],
      [`{${rows},"portfolioId":"${other}","tags":[]}`, other],
      [`{${rows},"portfolioId":"${other}"}`, other],
      [`{"portfolioId":"${PORTFOLIO}",${rows},"tags":[]}`, PORTFOLIO],
    ] as const) {
      const read = readBody(bytesOf(text));
      expect([read.portfolioId, [...read.rows]]).toEqual([portfolioId, [{ account: 'a' }]]);
    }
    expect(() => rowsOf(`{${rows},"portfolio\\u0049d":"${other}","tags":[]}`)).toThrow(
      expect.objectContaining({ code: 'INVALID' }),
    );
  });

  it('of a text that is no JSON are refused at its first or last row', () => {
    const fine = JSON.stringify({ rows: Array.from({ length: 130 }, (_, i) => ({ account: 'a', sequence: i })) });
    for (const broken of [
      fine.slice(0, -1),
      fine.slice(0, -3),
      `${fine}x`,
      fine.replace('"sequence":129', '"sequence":'),
      fine.replace('{"account":"a","sequence":100}', ''),
      fine.replace('"a","sequence":0', '"a" "sequence":0'),
      fine.replace(']}', ',]}'),
      fine.replace('{"rows"', '{\v"rows"'),
      `${fine}\f`,
      `${fine.slice(0, -1)},"rows":[{"account":"b"},{"account":"b"}]}`.replace(']}', ',{"account":"b"}]}'),
      '{"rows":[{"account"]}',
      '',
      '[]',
      '{"rows":[]}',
      '{"rows":{"account":1}}',
      '{"portfolioId":"everything","rows":[{"account":"a"}]}',
      '{"portfolioId":5,"rows":[{"account":"a"}]}',
    ])
      expect(() => rowsOf(broken), broken.slice(-60)).toThrow(expect.objectContaining({ code: 'INVALID' }));
  });
});
