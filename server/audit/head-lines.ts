import { z } from 'zod';

const ExportedHead = z.object({ seq: z.number().int().positive(), hash: z.string().length(64), at: z.string() });
export type ExportedHead = z.infer<typeof ExportedHead>;

/** Heads in a file of exports; lines that are not a head are told by number, for they may be tampering. */
export function parseHeads(text: string): { heads: ExportedHead[]; unreadableLines: number[] } {
  const heads: ExportedHead[] = [];
  const unreadableLines: number[] = [];
  text.split('\n').forEach((line, index) => {
    if (line.trim() === '') return;
    try {
      heads.push(ExportedHead.parse(JSON.parse(line)));
    } catch {
      unreadableLines.push(index + 1);
    }
  });
  return { heads, unreadableLines };
}
