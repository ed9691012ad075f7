/**
 * The time bucket of an instant, as the UTC instant at which it begins: 10:07:42 in buckets of 60 s is 10:07:00.000Z.
 * Every caller within it means the same run.
 */
export function bucketOf(at: Date, bucketSeconds: number): string {
  const widthMs = bucketSeconds * 1000;
  return new Date(Math.floor(at.getTime() / widthMs) * widthMs).toISOString();
}
