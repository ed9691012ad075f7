import { contentHash } from '../audit/canonical';
import type { ProbeDefinition, ProbeFact } from './probe';

/** What an item says of itself; changing any of it voids its signatures. */
export type ItemText = {
  id: string;
  number: number;
  section: string;
  text: string;
  ownerRole: string;
  isCritical: boolean;
  evidenceKinds: readonly string[];
};

export type Attachment = { id: string; kind: string; digest: string; authorId: string; authorName: string };

/** What a signature binds to. Measurements are left out: they change with every look, the verdict is what was attested. */
export type ItemContent = {
  item: Omit<ItemText, 'id'> & { id: string };
  evidence: { kind: string; digest: string }[];
  probes: { kind: string; params: ProbeDefinition['params']; required: string; verdict: string }[];
};

/**
 * The content of an item as signed: its text, the digests of its evidence, its probes' definitions and verdicts.
 *
 * The verdict is the last one that was decided: a look that failed proves nothing about what was attested, so it shuts
 * the item while it lasts but voids nothing.
 */
export function itemContent(
  item: ItemText,
  evidence: readonly Attachment[],
  probes: readonly ProbeFact[],
): ItemContent {
  return {
    item: {
      id: item.id,
      number: item.number,
      section: item.section,
      text: item.text,
      ownerRole: item.ownerRole,
      isCritical: item.isCritical,
      evidenceKinds: [...item.evidenceKinds].sort(),
    },
    evidence: evidence.map(({ kind, digest }) => ({ kind, digest })).sort((a, b) => compare(a.digest, b.digest)),
    probes: probes
      .map(({ definition, lastDecided }) => ({ ...definition, verdict: lastDecided ?? 'none' }))
      .sort((a, b) => compare(a.kind, b.kind)),
  };
}

/** SHA-256 over the RFC 8785 text of the content: what a signer sees and binds to. */
export const itemHash = (content: ItemContent): string => contentHash(content);

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
