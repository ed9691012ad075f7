import { sha256Hex } from './canonical';

// A leaf and a node are hashed apart, so that no node can pass for a leaf (RFC 6962 2.1).
const leafHash = (leaf: string) => sha256Hex(`leaf:${leaf}`);
const nodeHash = (left: string, right: string) => sha256Hex(`node:${left}:${right}`);

/** Merkle root over leaves in the given order; of none it is the hash of nothing. A last odd one is lifted unpaired. */
export function merkleRoot(leaves: string[]): string {
  if (leaves.length === 0) return sha256Hex('');
  let level = leaves.map(leafHash);
  while (level.length > 1) {
    const above: string[] = [];
    for (let i = 0; i < level.length; i += 2) {
      const right = level[i + 1];
      above.push(right === undefined ? level[i]! : nodeHash(level[i]!, right));
    }
    level = above;
  }
  return level[0]!;
}
