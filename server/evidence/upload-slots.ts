import { DomainError } from '../kernel/errors';

/** At most so many files are read at a time: each in a process of its own with the memory that takes. */
export const UPLOAD_SLOTS = 2;
/** At most so many bodies of 50 MB are in the memory of one process at a time, one of a caller. */
export const UPLOADS_AT_ONCE = 6;

let taken = 0;
const waiting: (() => void)[] = [];
const callers = new Set<string>();

const busy = (message: string) => new DomainError('TOO_MANY', message, { data: { retryAfterSeconds: 5 } });

/** Runs `work` in one of the slots, or refuses at once with TOO_MANY and the seconds after which to try again. */
export async function inUploadSlot<T>(work: () => Promise<T>): Promise<T> {
  if (taken >= UPLOAD_SLOTS) throw busy('Two files are being read already. Send this one again in a few seconds.');
  taken += 1;
  return freeingSlot(work);
}

/**
 * Takes the body that `receive` gets and runs `work` on it in one of the slots, in its turn. The slot is taken once the body
 * is there: one that stalls holds up nobody but its caller, who has one upload at a time. Throws TOO_MANY.
 */
export async function withUpload<T>(
  caller: string,
  receive: () => Promise<Buffer>,
  work: (bytes: Buffer) => Promise<T>,
): Promise<T> {
  if (callers.has(caller)) throw busy('A file of yours is on its way already. Send this one when that has arrived.');
  if (callers.size >= UPLOADS_AT_ONCE)
    throw busy('Too many files are on their way. Send this one again in a few seconds.');
  callers.add(caller);
  try {
    const bytes = await receive();
    if (taken < UPLOAD_SLOTS) taken += 1;
    // Whoever is done hands its slot on.
    else await new Promise<void>((turn) => waiting.push(turn));
    return await freeingSlot(() => work(bytes));
  } finally {
    callers.delete(caller);
  }
}

async function freeingSlot<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } finally {
    const next = waiting.shift();
    if (next) next();
    else taken -= 1;
  }
}
