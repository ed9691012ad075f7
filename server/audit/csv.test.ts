import { expect, test } from 'vitest';
import { csvCell, csvLine } from './csv';

test('what a spreadsheet would run is text, and a negative number stays a number', () => {
  for (const formula of ['=1+1', '+cmd', '-2+3', '@SUM(A1)', '\tx', '=HYPERLINK("http://evil")']) {
    expect(csvCell(formula).replace(/^"/, '')).toMatch(/^'/);
  }
  expect(['-12.5', '+3', '-1e-7'].map(csvCell)).toEqual(['-12.5', '+3', '-1e-7']);
  expect(csvCell(-5)).toBe('-5');
});

test('commas, quotes and line ends stay inside their cell', () => {
  expect(csvLine(['a,b', 'say "x"', 'two\nlines', null, 3])).toBe('"a,b","say ""x""","two\nlines",,3\r\n');
});
