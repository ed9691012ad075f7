import { expect, test, vi } from 'vitest';
import { DomainError } from '@/server/kernel/errors';
import { unpackSeries } from '../packed-series';
import { storedSeriesOf } from '../stored-series';
import { dailyTable, freqtradeFile, zipOf } from '../testing/sample-files';
import { importEvidence } from './detect';
import { readEvidence } from './reading';
import { readElsewhere } from './reading-elsewhere';

const wave = (count: number) => Array.from({ length: count }, (_, i) => (0.01 * Math.sin(i)).toFixed(12));
const large = dailyTable(wave(9_000), 'date,returns');
const fileName = 'wave.csv';

test('a large file is read in a process of its own, with the very result that this process would have', async () => {
  expect(large.length).toBeGreaterThan(128 * 1024);
  const reading = await readElsewhere({ bytes: large, fileName });
  expect(reading).toEqual(await readEvidence({ bytes: large, fileName }));
  expect(reading.strategies[0]?.daily.n).toBe(9_000);
  // What was sent stays whole for who stores it.
  expect(large.toString('utf8', 0, 12)).toBe('date,returns');
});

test('an archive is read in a process of its own however small it is', async () => {
  const bytes = await zipOf({ 'result.json': freqtradeFile({ A: { trades: [['2024-01-02 10:00:00', 5]] } }) });
  const reading = await readElsewhere({ bytes, fileName: 'result.zip' });
  expect([reading.file.format, reading.strategies[0]?.name]).toEqual(['freqtrade', 'A']);
});

test('a refusal comes back in the words and with the reading it had there', async () => {
  const broken = Buffer.concat([large, Buffer.from('\n2050-01-01,x')]);
  const cause = await readElsewhere({ bytes: broken, fileName }).catch((error: unknown) => error);
  expect(cause).toBeInstanceOf(DomainError);
  expect(cause).toMatchObject({ code: 'EVIDENCE_REFUSED', kind: 'invalid', data: { reading: { kind: 'returns' } } });
  expect((cause as DomainError).message).toContain('which is no number');
});

test('a file that takes more time or memory than it is given is refused, and its process ended', async () => {
  const hasEnded = async (refused: Promise<unknown>, message: RegExp) => {
    await expect(refused).rejects.toThrow(message);
    await vi.waitUntil(() => process.getActiveResourcesInfo().every((resource) => resource !== 'ProcessWrap'));
  };
  await hasEnded(readElsewhere({ bytes: large, fileName }, { memoryMb: 1024, timeoutMs: 1 }), /^Reading took longer/);
  const hungry = Buffer.from(`{"strategy":[${'[],'.repeat(4_000_000)}0]}`);
  await hasEnded(readElsewhere({ bytes: hungry, fileName }, { memoryMb: 64, timeoutMs: 30_000 }), /more memory than/);
});

test('a series that was packed is the series again', async () => {
  const positions = Buffer.from('index,AAA,BBB,cash\n2020-01-01,50,-20,70\n2020-01-02,60,-20,70\n');
  const result = freqtradeFile({ A: { trades: [['2024-01-02 10:00:00', 5]] } });
  const monthly = Buffer.from('date,close\n2020-01-01,1\n2020-02-01,2\n2020-03-01,3\n');
  for (const bytes of [dailyTable(wave(40), 'date,returns'), positions, result, monthly]) {
    const reading = await readEvidence({ bytes, fileName });
    const { strategies } = await importEvidence({ bytes, fileName });
    expect(reading.series.map(unpackSeries)).toEqual(strategies.map(storedSeriesOf));
  }
});
