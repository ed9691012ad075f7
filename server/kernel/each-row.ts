import type { z } from 'zod';

/** A row that could not be taken, by its place in what was sent, and why in words. */
export type RefusedRow = { index: number; code: string; message: string };

/** Rows of a request read one by one: those of the schema with where each stood, and in words what is wrong with the others. */
export function readRows<T>(
  rows: readonly unknown[],
  schema: z.ZodType<T>,
  otherwise: string,
): { read: T[]; indices: number[]; refused: RefusedRow[] } {
  const read: T[] = [];
  const indices: number[] = [];
  const refused: RefusedRow[] = [];
  for (const [index, row] of rows.entries()) {
    const result = schema.safeParse(row);
    if (result.success) {
      read.push(result.data);
      indices.push(index);
      continue;
    }
    const [issue] = result.error.issues;
    const field = issue?.path.join('.');
    const message = `${field ? `${field}: ` : ''}${issue?.message ?? otherwise}`;
    refused.push({ index, code: 'INVALID', message });
  }
  return { read, indices, refused };
}

/** Those that were not read and those refused later, which are told by their place among the read, in the order they were sent. */
export function allRefused(
  { indices, refused }: { indices: readonly number[]; refused: readonly RefusedRow[] },
  later: readonly RefusedRow[],
): RefusedRow[] {
  const told = later.map((one) => ({ ...one, index: indices[one.index] as number }));
  return [...refused, ...told].sort((a, b) => a.index - b.index);
}
