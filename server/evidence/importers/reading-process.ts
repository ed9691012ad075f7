import { serialize } from 'node:v8';
import { DomainError } from '@/server/kernel/errors';
import type { ImportRequest } from './detect';
import { type ReadingAnswer, readEvidence } from './reading';

/** Reads the one file that comes on its input, as its argument says, answers once on its output and ends. */
const request = JSON.parse(process.argv[2]!) as Omit<ImportRequest, 'bytes'>;
const parts: Buffer[] = [];
for await (const part of process.stdin) parts.push(part as Buffer);

const answer: ReadingAnswer = await readEvidence({ ...request, bytes: Buffer.concat(parts.splice(0)) }).then(
  (reading) => ({ reading }),
  (cause: unknown) => {
    if (!(cause instanceof DomainError)) throw cause;
    const { code, message, kind, detail, data } = cause;
    return { refusal: { code, message, kind, detail, data } };
  },
);
process.stdout.write(serialize(answer));
