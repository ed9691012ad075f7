import { spawn } from 'node:child_process';
import { deserialize } from 'node:v8';
import { DomainError } from '@/server/kernel/errors';
import { refusedFile, TooManyDays, tooLargeFile } from '../bounds';
import { isZip } from './archive';
import type { ImportRequest } from './detect';
import { type EvidenceReading, type ReadingAnswer, readEvidence } from './reading';

/** A text of this size is read within a tenth of a second; starting a process takes longer. */
const SMALL_BYTES = 128 * 1024;
/** A small file of more strategies x days than this is no small work. */
const SMALL_DAYS = 20_000;

/** What one file is given: the heap of its process, and the time from start to answer. */
export type ReadingBounds = { memoryMb: number; timeoutMs: number };
const BOUNDS: ReadingBounds = { memoryMb: 1024, timeoutMs: 120_000 };

/** Run from the sources, as every process of the house is. */
const ENTRY = 'server/evidence/importers/reading-process.ts';
/** All it is given of this process's environment: no address, no secret. */
const ENVIRONMENT = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'TMP', 'SystemRoot'];
const STDERR_CHARS = 20_000;

/**
 * Reads a file without holding up this process: a large one, one whose strategies fill many days, and any archive, in a process of its own with bounded memory
 * and time. Not in a thread: V8 ends the whole process when the memory of one runs out. Throws as `importEvidence`; a file
 * that needs more than it is given is refused, and its process ended.
 */
export async function readElsewhere(request: ImportRequest, bounds = BOUNDS): Promise<EvidenceReading> {
  if (request.bytes.length <= SMALL_BYTES && !isZip(request.bytes)) {
    try {
      return await readEvidence({ ...request, mostDays: SMALL_DAYS });
    } catch (cause) {
      if (!(cause instanceof TooManyDays)) throw cause;
    }
  }
  const { output, code, signal, isLate, complaint } = await endOfReading(request, bounds);
  if (isLate)
    throw refusedFile(`Reading took longer than ${bounds.timeoutMs / 1000} s. Export fewer columns or a shorter test.`);
  if (signal === 'SIGABRT' || signal === 'SIGKILL' || complaint.includes('out of memory'))
    throw tooLargeFile('The file needs more memory than one is given. Export fewer columns or rows.');
  if (code !== 0)
    throw new Error(`the reading process ended with ${signal ?? code}: ${complaint.trim().slice(-2_000)}`);
  const answer: ReadingAnswer = deserialize(output);
  if ('reading' in answer) return answer.reading;
  const { code: name, message, ...options } = answer.refusal;
  throw new DomainError(name, message, options);
}

type End = { output: Buffer; code: number | null; signal: string | null; isLate: boolean; complaint: string };

/** Runs the process to its end, or ends it when its time is over; this process takes it along when it exits itself. */
function endOfReading({ bytes, ...rest }: ImportRequest, { memoryMb, timeoutMs }: ReadingBounds): Promise<End> {
  const nodeArguments = [
    `--max-old-space-size=${memoryMb}`,
    '--conditions=react-server',
    '--import',
    'tsx',
    ENTRY,
    JSON.stringify(rest),
  ];
  const env = Object.fromEntries(ENVIRONMENT.map((name) => [name, process.env[name]]));
  return new Promise((settle, fail) => {
    const child = spawn(process.execPath, nodeArguments, { env: { ...env, NODE_ENV: 'production' } });
    const output: Buffer[] = [];
    let complaint = '';
    let isLate = false;
    const end = () => void child.kill('SIGKILL');
    process.once('exit', end);
    const timer = setTimeout(() => {
      isLate = true;
      end();
    }, timeoutMs);
    child.stdout.on('data', (part: Buffer) => void output.push(part));
    child.stderr.on('data', (part: Buffer) => {
      complaint = `${complaint}${part}`.slice(0, STDERR_CHARS);
    });
    // It may end before it has read everything: how it ended says why.
    child.stdin.on('error', () => {});
    child.on('error', fail);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      process.off('exit', end);
      settle({ output: Buffer.concat(output), code, signal, isLate, complaint });
    });
    child.stdin.end(bytes);
  });
}
