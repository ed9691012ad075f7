import { ROLE_LABEL, type Role } from '../kernel/actor';
import type { Attachment, ItemText } from './content';
import { type ProbeFact, probeStanding } from './probe';
import { type WaiverFact, waiverState } from './waiver';

export const ITEM_STATES = ['open', 'evidence-attached', 'signed', 'waived', 'failed', 'expired'] as const;
export type ItemState = (typeof ITEM_STATES)[number];

export type AttestationFact = {
  id: string;
  personId: string;
  personName: string;
  /** The role the person signed in. */
  role: Role;
  contentHash: string;
  signedAt: Date;
  voidedAt: Date | null;
  voidReason: string | null;
  /** False once the account was disabled or lost the role: a signature nobody stands for does not count. */
  isStanding: boolean;
};

export type ItemFacts = {
  item: ItemText;
  failed: { at: Date; why: string } | null;
  evidence: readonly Attachment[];
  probes: readonly ProbeFact[];
  attestations: readonly AttestationFact[];
  waivers: readonly WaiverFact[];
  /** Hash of the item's content as it is now. */
  hash: string;
};

export type ItemVerdict = {
  state: ItemState;
  /** True when nothing of this item stands in the way of a launch. */
  isSatisfied: boolean;
  /** Why it is not satisfied, in words for a gate; empty when it is. */
  missing: string;
  /** Who could do the next thing. */
  who: string;
  signers: AttestationFact[];
  signaturesNeeded: number;
};

const OVERSIGHT: readonly Role[] = ['risk-officer', 'manager'];
const isOversight = (role: Role) => OVERSIGHT.includes(role);

/** Signatures that count: not voided, bound to the content as it is now, by people still standing; one per person. */
export function countingSignatures(facts: ItemFacts): AttestationFact[] {
  const perPerson = new Map<string, AttestationFact>();
  for (const one of facts.attestations) {
    if (one.voidedAt || !one.isStanding || one.contentHash !== facts.hash) continue;
    if (!perPerson.has(one.personId)) perPerson.set(one.personId, one);
  }
  return [...perPerson.values()].sort((a, b) => a.signedAt.getTime() - b.signedAt.getTime());
}

export type SignatureNeed = { isComplete: boolean; missing: string; who: string; needed: number };

/**
 * What is still to be signed. A plain item needs its owner role; a critical one two people, one of them a risk officer
 * or manager and one in the owner role. The author of evidence is never the only signer.
 */
export function signatureNeed(facts: ItemFacts): SignatureNeed {
  const { item } = facts;
  const owner = item.ownerRole as Role;
  const signers = countingSignatures(facts);
  const authors = new Set(facts.evidence.map((one) => one.authorId));
  const needed = item.isCritical ? 2 : signers.some((one) => authors.has(one.personId)) ? 2 : 1;
  const lacks: string[] = [];
  const who = new Set<Role>();
  if (!signers.some((one) => one.role === owner)) {
    lacks.push(ROLE_LABEL[owner]);
    who.add(owner);
  }
  if (item.isCritical && !signers.some((one) => isOversight(one.role))) {
    lacks.push('Risk officer or Manager');
    for (const role of OVERSIGHT) who.add(role);
  }
  const allAuthors = signers.length > 0 && signers.every((one) => authors.has(one.personId));
  if (allAuthors && lacks.length === 0) {
    lacks.push('someone who is not the author of the evidence');
    for (const role of [owner, ...OVERSIGHT]) who.add(role);
  }
  if (item.isCritical && lacks.length === 0 && signers.length < 2) {
    lacks.push('a second person');
    for (const role of [owner, ...OVERSIGHT]) who.add(role);
  }
  const label = [...who].map((role) => ROLE_LABEL[role]).join(' or ');
  if (lacks.length === 0) return { isComplete: true, missing: '', who: '', needed };
  const count = signers.length ? `signed by ${signers.length} of ${Math.max(needed, signers.length + 1)}` : 'unsigned';
  return { isComplete: false, missing: `is ${count} (needs ${lacks.join(' and ')})`, who: label, needed };
}

/** Evidence that is demanded and not there, in words, or null. */
export function missingEvidence(facts: ItemFacts): string | null {
  const kinds = facts.item.evidenceKinds.filter((kind) => kind !== 'probe');
  if (kinds.length === 0 || facts.evidence.some((one) => kinds.includes(one.kind))) return null;
  return `has no evidence (${kinds.join(', ')})`;
}

type Look = { probe: string; state: 'bad' | 'unknown'; sentence: string };

/** Demanded probes that do not say good, those left out that the exemption covers. */
function looksNotGood(facts: ItemFacts, exempt: readonly string[], now: Date): Look[] {
  return facts.probes
    .filter(({ definition }) => definition.required !== 'advisory' && !exempt.includes(definition.kind))
    .flatMap((fact) => {
      const { state, sentence } = probeStanding(fact, now);
      return state === 'bad' || state === 'unknown' ? [{ probe: fact.definition.kind, state, sentence }] : [];
    });
}

/** What the demanded probes of an item say that is not good, beyond what a waiver in force exempts. */
export function unverified(facts: ItemFacts, now: Date): Look[] {
  const waiver = facts.waivers.find((one) => waiverState(one, now) === 'in-force');
  return looksNotGood(facts, waiver?.exemptProbes ?? [], now);
}

/** The worst standing among the probes that the exemption does not cover. */
function worstProbe(facts: ItemFacts, exempt: readonly string[], now: Date): Look | null {
  const standings = looksNotGood(facts, exempt, now);
  return standings.find(({ state }) => state === 'bad') ?? standings.find(({ state }) => state === 'unknown') ?? null;
}

/**
 * The state of an item, from facts alone.
 *
 * Satisfied is: its demanded probes fresh and good, and a full set of signatures or a waiver in force (which covers the
 * probes it named). Bad probes and a failed item outweigh signatures; anything unknown is not satisfied.
 */
export function itemVerdict(facts: ItemFacts, now: Date): ItemVerdict {
  const signers = countingSignatures(facts);
  const need = signatureNeed(facts);
  const base = { signers, signaturesNeeded: need.needed };
  const owner = ROLE_LABEL[facts.item.ownerRole as Role] ?? facts.item.ownerRole;
  const waiver = facts.waivers.find((one) => waiverState(one, now) === 'in-force');
  const bad = (why: string): ItemVerdict => ({
    ...base,
    state: 'failed',
    isSatisfied: false,
    missing: `failed: ${why}`,
    who: owner,
  });
  const probe = worstProbe(facts, waiver?.exemptProbes ?? [], now);
  if (facts.failed) return bad(facts.failed.why);
  if (probe?.state === 'bad') return bad(probe.sentence);
  if (waiver) {
    if (!probe) return { ...base, state: 'waived', isSatisfied: true, missing: '', who: '' };
    return { ...base, state: 'open', isSatisfied: false, missing: `is waived, but ${probe.sentence}`, who: owner };
  }
  const noEvidence = missingEvidence(facts);
  const hasAnything = facts.evidence.length > 0 || signers.length > 0;
  const unsatisfied = (missing: string, who: string): ItemVerdict => ({
    ...base,
    state: restingState(facts, hasAnything, now),
    isSatisfied: false,
    missing,
    who,
  });
  if (probe) return unsatisfied(`is not verified: ${probe.sentence}`, owner);
  if (noEvidence) return unsatisfied(noEvidence, owner);
  if (!need.isComplete) return unsatisfied(need.missing, need.who);
  return { ...base, state: 'signed', isSatisfied: true, missing: '', who: '' };
}

function restingState(facts: ItemFacts, hasAnything: boolean, now: Date): ItemState {
  const newest = [...facts.waivers].sort((a, b) => b.proposedAt.getTime() - a.proposedAt.getTime())[0];
  if (newest && waiverState(newest, now) === 'expired') return 'expired';
  const probed = facts.item.evidenceKinds.includes('probe') && facts.probes.some((one) => one.lastDecided === 'good');
  return hasAnything || probed ? 'evidence-attached' : 'open';
}

export type SignerView = { personId: string; roles: readonly Role[] };

export type SigningAnswer = { may: true; role: Role; effect: string } | { may: false; code: string; why: string };

/**
 * Whether a person may sign now, in which role, and what it does. Refused: already signed, the wrong role, an item that
 * failed, is not verified by its probes, or has no evidence. A probe never signs.
 */
export function signingAnswer(facts: ItemFacts, signer: SignerView, now: Date): SigningAnswer {
  const owner = facts.item.ownerRole as Role;
  const signers = countingSignatures(facts);
  const refuse = (code: string, why: string): SigningAnswer => ({ may: false, code, why });
  if (signers.some((one) => one.personId === signer.personId)) {
    return refuse(
      'ALREADY_SIGNED',
      'You have signed this item as it stands. A second signature of yours adds nothing.',
    );
  }
  const role = roleFor(facts, signer, owner, signers);
  if (!role) {
    const who = facts.item.isCritical ? `${ROLE_LABEL[owner]}, Risk officer or Manager` : ROLE_LABEL[owner];
    return refuse('WRONG_ROLE', `This item is signed by ${who}.`);
  }
  if (facts.failed)
    return refuse('ITEM_FAILED', `The item is marked as failed: ${facts.failed.why}. Clear that first.`);
  const probe = worstProbe(facts, [], now);
  if (probe) return refuse('NOT_VERIFIED', `Its probe does not say good: ${probe.sentence} Put that right, then sign.`);
  const none = missingEvidence(facts);
  if (none) return refuse('NO_EVIDENCE', `The item ${none}. Attach some, then sign.`);
  if (signatureNeed(facts).isComplete) return refuse('ALREADY_SIGNED', 'The item is signed. Nothing more is needed.');
  const after = signatureNeed({
    ...facts,
    attestations: [
      ...facts.attestations,
      {
        id: 'now',
        personId: signer.personId,
        personName: '',
        role,
        contentHash: facts.hash,
        signedAt: now,
        voidedAt: null,
        voidReason: null,
        isStanding: true,
      },
    ],
  });
  return {
    may: true,
    role,
    effect: after.isComplete ? 'Your signature completes this item.' : `After yours the item ${after.missing}.`,
  };
}

/** The role that helps most: the one still missing, of those the person holds. */
function roleFor(facts: ItemFacts, signer: SignerView, owner: Role, signers: AttestationFact[]): Role | null {
  const ownerMissing = !signers.some((one) => one.role === owner);
  const holdsOwner = signer.roles.includes(owner);
  const oversight = OVERSIGHT.find((role) => signer.roles.includes(role)) ?? null;
  if (holdsOwner && ownerMissing) return owner;
  // An author's signature asks for a second person; a risk officer or manager may always be that person.
  if (facts.item.isCritical || signers.length > 0) return oversight ?? (holdsOwner ? owner : null);
  return holdsOwner ? owner : null;
}

/** The sentence a person attests: what was examined and what is claimed to be true. */
export const attestedStatement = (item: Pick<ItemText, 'text'>, subject: string): string =>
  `I have examined the evidence shown. For ${subject} this is true: ${item.text}.`;

/** What a voided signature is told: who changed what, and when (text of an instant). */
export const voidSentence = (item: Pick<ItemText, 'text'>, by: string, what: string, at: string): string =>
  `Your signature on '${item.text}' is void: ${by} ${what} at ${at}. Look again and sign.`;
