import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DomainError } from '@/server/kernel/errors';
import { MAX_FILE_BYTES, TooManyDays } from '../bounds';
import { reportJson, reportOf } from '../evidence-report';
import { dailyTable, freqtradeFile, lean2021, zipOf } from '../testing/sample-files';
import { importEvidence } from './detect';

const read = (bytes: Buffer) => importEvidence({ bytes, fileName: 'upload.json' });

/** The refusal's own words; anything but a DomainError fails the test. */
async function refusal(bytes: Buffer): Promise<string> {
  const cause = await read(bytes).then(
    () => null,
    (error: unknown) => error,
  );
  expect(cause).toBeInstanceOf(DomainError);
  return (cause as DomainError).message;
}

const result = freqtradeFile({ A: { trades: [['2024-01-02 10:00:00', 5]] } });

/** One zip entry by hand, so that its directory can lie. */
function craftedZip(name: string, content: Buffer, claimed = content.length): Buffer {
  const packed = deflateRawSync(content);
  const path = Buffer.from(name);
  const crc = crc32(content);
  const head = (signature: number, central: boolean) => {
    const bytes = Buffer.alloc(central ? 46 : 30);
    let at = bytes.writeUInt32LE(signature, 0);
    if (central) at = bytes.writeUInt16LE(20, at);
    at = bytes.writeUInt16LE(20, at);
    at = bytes.writeUInt16LE(0, at);
    at = bytes.writeUInt16LE(8, at);
    at = bytes.writeUInt32LE(0, at);
    at = bytes.writeUInt32LE(crc, at);
    at = bytes.writeUInt32LE(packed.length, at);
    at = bytes.writeUInt32LE(claimed, at);
    bytes.writeUInt16LE(path.length, at);
    return bytes;
  };
  const local = Buffer.concat([head(0x04034b50, false), path, packed]);
  const central = Buffer.concat([head(0x02014b50, true), path]);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}

function crc32(bytes: Buffer): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

describe('size', () => {
  test('a file over 50 MB is refused before it is read', async () => {
    expect(await refusal(Buffer.alloc(MAX_FILE_BYTES + 1, 32))).toContain('larger than 50 MB');
  });

  test('an empty file and one of blanks are empty', async () => {
    expect(await refusal(Buffer.alloc(0))).toBe('The file is empty.');
    expect(await refusal(Buffer.from(' \n '))).toBe('The file is empty.');
  });

  test('a table of more columns than strategies or columns at all is refused in words', async () => {
    const wide = (columns: number) =>
      Buffer.from([1, 2, 3].map((day) => `2020-01-0${day}${`,${100 + day}`.repeat(columns)}`).join('\n'));
    expect(await refusal(wide(201))).toContain('201 value columns, one strategy each; 200 are the most');
    expect(await refusal(wide(5_000))).toContain('5001 columns; 5000 are the most');
    expect((await read(wide(200))).strategies).toHaveLength(200);
    const rows = Array.from({ length: 150 }, (_, i) => `2020-01-01,S${i},1,2\n2020-01-02,S${i},1,2`);
    const long = Buffer.from(`date,symbol,first,second\n${rows.join('\n')}`);
    expect(await refusal(long)).toContain('more than 200 symbols, each in several columns');
  });

  test('strategies that fill more days than are read together are refused, however small their file is', async () => {
    const years = (count: number) =>
      Buffer.from(
        JSON.stringify({
          strategy: Object.fromEntries(
            Array.from({ length: count }, (_, i) => [
              `S${i}`,
              {
                ...{ starting_balance: 1000, backtest_start: '1900-01-01', backtest_end: '2049-12-01' },
                trades: [{ close_date: '1950-01-01 00:00:00', profit_abs: 1.5 }],
              },
            ]),
          ),
        }),
      );
    expect(await refusal(years(40))).toContain('500000 are the most');
    expect((await read(years(2))).strategies).toHaveLength(2);
    const cause = await importEvidence({ bytes: years(2), fileName: 'x.json', mostDays: 20_000 }).catch((e) => e);
    expect(cause).toBeInstanceOf(TooManyDays);
  });

  test('a symbol of hundreds of thousands of fills is matched without moving its lots', async () => {
    const half = 150_000;
    const lines = ['date,amount,price,symbol'];
    for (let i = 0; i < half; i++) lines.push(`2020-01-01,1,${1 + (i % 7)},A`);
    for (let i = 0; i < half; i++) lines.push('2020-01-02,-1,5,A');
    const [strategy] = (await read(Buffer.from(lines.join('\n')))).strategies;
    expect(strategy?.trades?.profit).toHaveLength(half);
    expect(Array.from(strategy!.trades!.profit.slice(0, 8))).toEqual([4, 3, 2, 1, 0, -1, -2, 4]);
  }, 20_000);

  test('a zip bomb is refused while it expands', async () => {
    const bomb = await zipOf({ 'result.json': Buffer.alloc(20 * 1024 * 1024, 32) });
    expect(bomb.length).toBeLessThan(100_000);
    expect(await refusal(bomb)).toContain('zip bomb');
  });

  test('a zip entry that expands beyond what it claims is refused', async () => {
    expect(await refusal(craftedZip('result.json', Buffer.alloc(500_000, 32), 100))).toContain(
      'not as large as it claims',
    );
  });

  test('a zip of thousands of entries is refused', async () => {
    const entries = Object.fromEntries(Array.from({ length: 501 }, (_, i) => [`${i}.json`, Buffer.from('{}')]));
    expect(await refusal(await zipOf(entries))).toContain('501 entries');
  });
});

describe('archives', () => {
  test.each(['../../etc/cron.d/x.json', '/etc/x.json', '..\\x.json', 'a/../../b.json'])(
    'a path outside the zip is refused: %s',
    async (path) => {
      expect(await refusal(craftedZip(path, result))).toContain('path outside itself');
    },
  );

  test('a truncated zip is named as such', async () => {
    const zip = await zipOf({ 'result.json': result });
    expect(await refusal(zip.subarray(0, zip.length - 30))).toContain('damaged or truncated');
  });

  test('a flipped byte inside a zip never becomes a result with other numbers', async () => {
    const zip = craftedZip('result.json', result);
    zip.writeUInt8(zip.readUInt8(60) ^ 0xff, 60);
    expect(await refusal(zip)).toMatch(/damaged|valid JSON|claims|neither|truncated/);
  });

  test('a zip without a result, and one with two, say so', async () => {
    expect(await refusal(await zipOf({ 'strategy.py': Buffer.from('pass') }))).toContain('holds no result');
    expect(await refusal(await zipOf({ 'a.json': result, 'b.json': result }))).toContain('holds 2 results');
  });
});

describe('json', () => {
  test('a truncated file says that it is truncated', async () => {
    expect(await refusal(result.subarray(0, 60))).toContain('truncated');
    expect(await refusal(Buffer.from('{"strategy": {'))).toContain('truncated');
  });

  test('what a refusal quotes of the file moves no terminal', async () => {
    const words = await refusal(Buffer.from('{"a": \u001b]0;pwned\u0007\u001b[2J }'));
    expect(words).toContain('not valid JSON');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what must not be there
    expect(words).not.toMatch(/[\u0000-\u001f]/);
  });

  test('nesting deeper than 64 levels is refused, not walked', async () => {
    expect(await refusal(Buffer.from(`{"a":${'['.repeat(100_000)}`))).toContain('nests deeper');
  });

  test('a __proto__ key is refused and pollutes nothing', async () => {
    const polluted = result.toString().replace('"strategy_comparison"', '"__proto__":{"polluted":true},"x"');
    expect(await refusal(Buffer.from(polluted))).toContain('__proto__');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });

  test('constructor and toString as strategy names are only names', async () => {
    const file = await read(freqtradeFile({ constructor: { trades: [] }, toString: { trades: [] } }));
    expect(file.strategies.map((one) => one.name)).toEqual(['constructor', 'toString']);
  });

  test('control characters and length of a name are cut', async () => {
    const file = await read(freqtradeFile({ [`a\u0000\u202eb\n${'x'.repeat(500)}`]: { trades: [] } }));
    expect(file.strategies[0]?.name).toMatch(/^a {2}b x+…$/);
    expect(file.strategies[0]?.name.length).toBe(120);
  });

  test('another JSON, a bare list and a LEAN file without equity are named', async () => {
    expect(await refusal(Buffer.from('{"a":1}'))).toContain('neither a Freqtrade nor a LEAN result');
    expect(await refusal(Buffer.from('[[1,2]]'))).toContain('bare list');
    expect(await refusal(Buffer.from('{"Charts":{},"Statistics":{}}'))).toContain("no 'Strategy Equity' chart");
  });

  test('a point, a profit or a date that is none is named by its place', async () => {
    expect(
      await refusal(Buffer.from(lean2021({ withPerformance: false }).toString().replace('"y":99', '"y":"x"'))),
    ).toContain('Point 2');
    expect(await refusal(Buffer.from(result.toString().replace('2024-01-02 10:00:00', '2024-13-45')))).toContain(
      'trades[0].close_date',
    );
    expect(await refusal(freqtradeFile({ A: { trades: [], starting: 0 } }))).toContain('must be above zero');
    expect(
      await refusal(freqtradeFile({ A: { trades: [], start: '1800-01-01 00:00:00', end: '2190-01-01 00:00:00' } })),
    ).toContain('dates are damaged');
  });
});

describe('tables', () => {
  test('a repeated date is refused with its line', async () => {
    const table = Buffer.concat([dailyTable([1, 2, 3]), Buffer.from('\n2020-01-02,4')]);
    expect(await refusal(table)).toBe('line 5 repeats 2020-01-02. Each date may stand once.');
  });

  test.each(['NaN', 'Infinity', '-inf', 'null', '', '1e999'])(
    'a cell that is no number is refused with its line: %j',
    async (cell) => {
      expect(await refusal(dailyTable([1, 2, cell, 4, 5, 6, 7, 8, 9, 10, 11, 12]))).toContain('Line 4: close');
    },
  );

  test('an empty first return, as a percentage change leaves it, is left out', async () => {
    const file = await read(dailyTable(['', 0.01, -0.02, 0.01], 'date,returns'));
    expect(file.strategies[0]?.daily?.value).toHaveLength(4);
  });

  test('a day of +350 % or of more than the whole loss is refused', async () => {
    expect(await refusal(dailyTable([0.01, 3.5, -0.01], 'date,returns'))).toContain('+350 %');
    expect(await refusal(dailyTable([0.01, -1.5, -0.01, 0.01, 0.01], 'date,returns'))).toContain(
      'loses more than everything',
    );
    expect(await refusal(dailyTable([100, 450]))).toContain('split that was not adjusted');
  });

  test('a price at or under zero is refused', async () => {
    expect(await refusal(dailyTable([10, 0, 11]))).toContain('is not above zero');
  });

  test('dates that could be two days are refused, decided ones are read', async () => {
    expect(await refusal(Buffer.from('date,close\n03/04/2020,1\n03/05/2020,2\n'))).toContain('March or April');
    const file = await read(Buffer.from('date,close\n03/30/2020,1\n03/31/2020,2\n'));
    expect(file.strategies[0]?.first).toBe(Date.UTC(2020, 2, 30));
  });

  test('a truncated table is named by its line', async () => {
    expect(await refusal(Buffer.from('date,open,close\n2020-01-01,1,2\n2020-01-02,1'))).toContain('truncated');
    expect(await refusal(Buffer.from('date,close\n2020-01-01,"1\n2020-01-02,2'))).toMatch(
      /unclosed quote|truncated|no number/,
    );
  });

  test('binary, UTF-16 and prose are no table', async () => {
    expect(await refusal(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]))).toContain('no text');
    expect(await refusal(Buffer.from('\uFEFFdate,close', 'utf16le'))).toContain('UTF-16');
    expect(await refusal(Buffer.from('Dear all, find attached\nthe results, regards'))).toMatch(
      /No column holds|neither/,
    );
  });
});

describe('properties', () => {
  test('any bytes give a report without NaN or Infinity, or a refusal in words', async () => {
    const inputs = fc.oneof(
      fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
      fc.json().map((text) => Buffer.from(text)),
      fc
        .array(fc.oneof(fc.double({ noNaN: false }), fc.string({ maxLength: 6 })), { maxLength: 40 })
        .map((cells) => dailyTable(cells)),
      fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })).map(([at, byte]) => {
        const bytes = Buffer.from(result);
        bytes[at % bytes.length] = byte;
        return bytes;
      }),
    );
    await fc.assert(
      fc.asyncProperty(inputs, async (bytes) => {
        try {
          const text = JSON.stringify(reportJson(reportOf(await read(bytes))), (_, value) =>
            typeof value === 'number' && !Number.isFinite(value) ? 'NOT A NUMBER' : value,
          );
          expect(text).not.toContain('NOT A NUMBER');
        } catch (cause) {
          if (!(cause instanceof DomainError)) throw cause;
          expect(cause.message.length).toBeGreaterThan(10);
        }
      }),
      { numRuns: 400 },
    );
  });
});
