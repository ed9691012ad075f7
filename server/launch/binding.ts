import { canonicalJson, contentHash } from '../audit/canonical';
import type { Gate } from './policy';
import { trancheOf } from './policy';

/**
 * What an approval binds to. Clocks, samples, ages and the list of blockers are left out on purpose: they are evaluated
 * when the gate is used, and would void every approval by the mere passing of time.
 */
export type GateContent = {
  launch: { id: string; number: string };
  gate: Gate;
  release: { digest: string; version: string; artefactDigest: string; configDigest: string };
  /** Share of portfolio equity at 100 %, as text. */
  allocation: string;
  targetTranche: number | null;
  limitSets: { scope: string; scopeId: string; version: number; contentHash: string }[];
  policyVersions: { approval: number; soak: number };
  /** Of the items this gate demands; none where it demands none. */
  attestations: { id: string; contentHash: string }[];
  waivers: { id: string; contentHash: string }[];
};

const byText = <T>(list: readonly T[], key: (one: T) => string): T[] =>
  [...list].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));

/** The content in one order, whatever the order of its rows. */
export function gateContent(input: Omit<GateContent, 'targetTranche'>): GateContent {
  return {
    ...input,
    targetTranche: trancheOf(input.gate),
    limitSets: byText(input.limitSets, (one) => `${one.scope}/${one.scopeId}`),
    attestations: byText(input.attestations, (one) => one.id),
    waivers: byText(input.waivers, (one) => one.id),
  };
}

export const gateHash = (content: GateContent): string => contentHash(content);

/** Which parts of what was approved are different now, in words. */
export function changedParts(before: GateContent, after: GateContent): string[] {
  const parts: [string, keyof GateContent][] = [
    ['The release', 'release'],
    ['The allocation', 'allocation'],
    ['The limits', 'limitSets'],
    ['A policy', 'policyVersions'],
    ['The signatures of the checklist', 'attestations'],
    ['The waivers', 'waivers'],
  ];
  return parts.filter(([, key]) => canonicalJson(before[key]) !== canonicalJson(after[key])).map(([label]) => label);
}
