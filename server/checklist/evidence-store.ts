import 'server-only';
import { eq } from 'drizzle-orm';
import { backtests, files } from '@/db/schema';
import { sha256Hex } from '../audit/canonical';
import { DomainError, notFound } from '../kernel/errors';
import type { Tx } from '../kernel/transaction';
import type { Place } from './store';

export type EvidenceInput =
  | { kind: 'text'; body: string }
  | { kind: 'link'; body: string }
  | { kind: 'file'; fileId: string }
  | { kind: 'import'; backtestId: string };

export type EvidenceColumns = {
  kind: EvidenceInput['kind'];
  body: string;
  digest: string;
  fileId: string | null;
  backtestId: string | null;
};

/**
 * What is kept of a piece of evidence, with the digest that signatures bind to: of the text or address itself, of the
 * file's bytes, of the import's file, options and statistics. An import of another strategy is refused.
 */
export async function evidenceOf(tx: Tx, input: EvidenceInput, place: Place): Promise<EvidenceColumns> {
  const none = { fileId: null, backtestId: null };
  switch (input.kind) {
    case 'text':
    case 'link':
      return { ...none, kind: input.kind, body: input.body, digest: sha256Hex(`${input.kind}:${input.body}`) };
    case 'file': {
      const [file] = await tx.select().from(files).where(eq(files.id, input.fileId));
      if (!file || (file.portfolioId !== null && file.portfolioId !== place.portfolioId)) throw notFound('The file');
      return { ...none, kind: 'file', body: file.name, digest: file.sha256, fileId: file.id };
    }
    case 'import': {
      const [one] = await tx.select().from(backtests).where(eq(backtests.id, input.backtestId));
      if (!one) throw notFound('The backtest');
      if (one.strategyId !== place.strategyId) {
        throw new DomainError(
          'OTHER_STRATEGY',
          `This backtest belongs to another strategy than ${place.strategyName}.`,
        );
      }
      const body = `${one.nameInFile} (${one.format})`;
      return { ...none, kind: 'import', body, digest: one.digest, backtestId: one.id };
    }
  }
}
