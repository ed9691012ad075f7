import type { ChainFault } from './chain';
import { merkleRoot } from './merkle';

export type SealFacts = { minute: Date; count: number; merkleRoot: string; eventContent: string | null };

/**
 * Why a seal and the telemetry it covers do not agree, or null. `leaves` null means the rows were removed by retention:
 * then only the seal and its event are compared.
 */
export function sealFault(seal: SealFacts, leaves: string[] | null): ChainFault | null {
  const at = seal.minute.toISOString();
  const wrong = (words: string): ChainFault => ({ seq: 0, kind: 'changed', words });
  if (seal.eventContent === null) return wrong(`The seal of ${at} has no entry in the chain.`);
  const { data } = JSON.parse(seal.eventContent) as { data: { count: number; merkleRoot: string } };
  if (data.merkleRoot !== seal.merkleRoot || data.count !== seal.count) {
    return wrong(`The seal of ${at} differs from its entry in the chain.`);
  }
  if (leaves === null) return null;
  if (leaves.length !== data.count) {
    return wrong(`${data.count} snapshots were sealed at ${at}; ${leaves.length} are there now.`);
  }
  return merkleRoot(leaves) === data.merkleRoot ? null : wrong(`Snapshots sealed at ${at} were changed since.`);
}
