import { expect, test } from 'vitest';
import { reportOf } from './evidence-report';
import { reportText } from './evidence-text';
import { importEvidence } from './importers/detect';

const textOf = async (table: string) =>
  reportText(reportOf(await importEvidence({ bytes: Buffer.from(table), fileName: 'f.csv' })));
const daysOf = (from: string, values: number[]) =>
  values.map((value, i) => `${new Date(Date.parse(from) + i * 86_400_000).toISOString().slice(0, 10)},${value}`);

test('the table for a terminal has a row of months for each year, the newest first, compounded at its end', async () => {
  const rows = [...daysOf('2019-12-30', [100, 110, 121]), ...daysOf('2020-01-02', [121, 108.9]), '2020-02-01,108.9'];
  const lines = (await textOf(['date,close', ...rows].join('\n'))).split('\n');
  const at = lines.findIndex((line) => line.startsWith('Months, %'));
  expect(lines[at]).toMatch(/^Months, % +Jan +Feb +Mar .* Dec +Year$/);
  expect(lines[at + 1]).toMatch(/^2020 +−1.0 +0.0 +−1.0$/);
  expect(lines[at + 2]).toMatch(/^2019 +\+10.0 +\+10.0$/);
  // A month stands under its name.
  expect(lines[at + 2]!.indexOf('+10.0') + 5).toBe(lines[at]!.indexOf('Dec') + 3);
});

test('a file without days has no months', async () => {
  expect(await textOf('date,close\n2020-01-01,1\n2020-02-01,2\n2020-03-01,3\n')).not.toContain('Months');
});
