import { DomainError } from '../kernel/errors';

/** At most so many files of 50 MB are in the memory of one process at a time. */
export const UPLOAD_SLOTS = 2;
let taken = 0;

/** Runs `work` in one of the slots, or refuses at once with TOO_MANY and the seconds after which to try again. */
export async function inUploadSlot<T>(work: () => Promise<T>): Promise<T> {
  if (taken >= UPLOAD_SLOTS) {
    throw new DomainError('TOO_MANY', 'Two files are being read already. Send this one again in a few seconds.', {
      data: { retryAfterSeconds: 5 },
    });
  }
  taken += 1;
  try {
    return await work();
  } finally {
    taken -= 1;
  }
}
