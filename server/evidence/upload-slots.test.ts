import { afterEach, expect, test, vi } from 'vitest';
import { inUploadSlot, UPLOAD_SLOTS, UPLOADS_AT_ONCE, withUpload } from './upload-slots';
import { readUpload } from './upload-stream';

afterEach(() => void vi.useRealTimers());

const never = () => new Promise<Buffer>(() => {});
const at = async (bytes: string) => Buffer.from(bytes);
/** Something to wait for, and how to let it go. */
function held<T>() {
  let letGo: (value: T) => void = () => {};
  const promise = new Promise<T>((resolve) => {
    letGo = resolve;
  });
  return { promise, letGo };
}

test('uploads that stall hold up nobody but their callers, each of whom has one at a time', async () => {
  const body = held<Buffer>();
  const stalled = withUpload(
    'a',
    () => body.promise,
    async () => 'a',
  );
  void withUpload('b', never, async () => 'b');
  expect(
    await withUpload(
      'c',
      () => at('x'),
      async (bytes) => bytes.toString(),
    ),
  ).toBe('x');
  await expect(
    withUpload(
      'a',
      () => at('x'),
      async () => 1,
    ),
  ).rejects.toMatchObject({ code: 'TOO_MANY' });
  body.letGo(Buffer.from('late'));
  expect(await stalled).toBe('a');
  expect(
    await withUpload(
      'a',
      () => at('y'),
      async (bytes) => bytes.toString(),
    ),
  ).toBe('y');
});

test('bodies that have arrived are read in their turn, and no more of them are taken than there is memory for', async () => {
  const works = Array.from({ length: UPLOADS_AT_ONCE - 1 }, () => held<string>());
  const begun: number[] = [];
  // One caller of the test before stalls still.
  const uploads = works.map(({ promise }, i) =>
    withUpload(
      `u${i}`,
      () => at('x'),
      () => {
        begun.push(i);
        return promise;
      },
    ),
  );
  await expect(
    withUpload(
      'one more',
      () => at('x'),
      async () => 1,
    ),
  ).rejects.toMatchObject({ code: 'TOO_MANY' });
  await vi.waitUntil(() => begun.length === UPLOAD_SLOTS);
  await expect(inUploadSlot(async () => 1)).rejects.toMatchObject({ code: 'TOO_MANY' });
  for (const [i, work] of works.entries()) work.letGo(`done ${i}`);
  expect(await Promise.all(uploads)).toEqual(works.map((_, i) => `done ${i}`));
  expect(begun).toEqual(works.map((_, i) => i));
  expect(await inUploadSlot(async () => 1)).toBe(1);
});

test('an upload that sends nothing for a while, or takes for ever, is given up', async () => {
  vi.useFakeTimers();
  const outcome = (body: ReadableStream<Uint8Array>) => readUpload(body, null).catch((error: unknown) => error);
  let isCancelled = false;
  const silent = outcome(
    new ReadableStream({
      cancel: () => {
        isCancelled = true;
      },
    }),
  );
  await vi.advanceTimersByTimeAsync(15_000);
  expect(await silent).toMatchObject({ code: 'UPLOAD_BROKEN' });
  expect(isCancelled).toBe(true);
  let drip: NodeJS.Timeout | undefined;
  const dripping = outcome(
    new ReadableStream({
      start: (controller) => {
        drip = setInterval(() => controller.enqueue(new Uint8Array(1)), 10_000);
      },
      cancel: () => clearInterval(drip),
    }),
  );
  await vi.advanceTimersByTimeAsync(590_000);
  expect(vi.getTimerCount()).toBeGreaterThan(0);
  await vi.advanceTimersByTimeAsync(10_001);
  expect(await dripping).toMatchObject({ code: 'UPLOAD_BROKEN' });
  expect(vi.getTimerCount()).toBe(0);
});
