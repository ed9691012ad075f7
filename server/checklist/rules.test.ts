import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Role } from '../kernel/actor';
import { type Attachment, type ItemText, itemContent, itemHash } from './content';
import type { ProbeFact } from './probe';
import { type AttestationFact, type ItemFacts, itemVerdict, signingAnswer } from './rules';
import { TEMPLATE } from './template';

const NOW = new Date('2026-11-19T15:00:00Z');
const LATER = new Date('2026-11-19T18:00:00Z');
const EARLIER = new Date('2026-11-19T12:00:00Z');

const text = (over: Partial<ItemText> = {}): ItemText => ({
  id: 'item',
  number: 23,
  section: 'Operational',
  text: 'Rollback procedures tested',
  ownerRole: 'engineer',
  isCritical: true,
  evidenceKinds: ['text', 'link', 'file'],
  ...over,
});
const paper = (authorId = 'author'): Attachment => ({
  id: 'e',
  kind: 'text',
  digest: 'd1',
  authorId,
  authorName: authorId,
});
const probe = (verdict: 'good' | 'bad' | 'unknown', over: Partial<ProbeFact> = {}): ProbeFact => ({
  definition: { kind: 'mfa-coverage', params: {}, required: 'always' },
  newest: { verdict, summary: `it is ${verdict}`, checkedAt: EARLIER, freshUntil: LATER },
  lastDecided: verdict === 'unknown' ? 'good' : verdict,
  ...over,
});

function facts(
  over: Partial<Omit<ItemFacts, 'hash' | 'attestations'>> & { signed?: [string, Role][] } = {},
): ItemFacts {
  const base = {
    item: text(),
    failed: null,
    evidence: [paper()],
    probes: [] as ProbeFact[],
    waivers: [],
    ...over,
  };
  const hash = itemHash(itemContent(base.item, base.evidence, base.probes));
  const attestations = (over.signed ?? []).map(
    ([personId, role], index): AttestationFact => ({
      id: `a${index}`,
      personId,
      personName: personId,
      role,
      contentHash: hash,
      signedAt: new Date(EARLIER.getTime() + index),
      voidedAt: null,
      voidReason: null,
      isStanding: true,
    }),
  );
  return { ...base, attestations, hash };
}
const state = (one: ItemFacts) => itemVerdict(one, NOW).state;
const isSatisfied = (one: ItemFacts) => itemVerdict(one, NOW).isSatisfied;

describe('the template', () => {
  test('has 23 items in four sections of 6, 6, 6 and 5, numbered without a gap', () => {
    expect(TEMPLATE.map((row) => row.number)).toEqual(Array.from({ length: 23 }, (_, i) => i + 1));
    const sizes = ['Security', 'Strategy validation', 'Infrastructure', 'Operational'].map(
      (section) => TEMPLATE.filter((row) => row.section === section).length,
    );
    expect(sizes).toEqual([6, 6, 6, 5]);
  });

  test('is critical where two people must look', () => {
    expect(TEMPLATE.filter((row) => row.critical).map((row) => row.number)).toEqual([1, 2, 3, 7, 10, 12, 14, 23]);
  });

  test('an item whose only evidence is a probe has a probe that always counts', () => {
    for (const row of TEMPLATE.filter((one) => one.evidence.every((kind) => kind === 'probe'))) {
      expect(row.probes.some((one) => one.required === 'always')).toBe(true);
    }
  });
});

describe('signatures', () => {
  test('a critical item needs two people, one of them a risk officer or manager', () => {
    expect(isSatisfied(facts({ signed: [['ann', 'engineer']] }))).toBe(false);
    expect(isSatisfied(facts({ signed: [['lea', 'risk-officer']] }))).toBe(false);
    expect(
      isSatisfied(
        facts({
          signed: [
            ['ann', 'engineer'],
            ['bob', 'engineer'],
          ],
        }),
      ),
    ).toBe(false);
    expect(
      isSatisfied(
        facts({
          signed: [
            ['ann', 'engineer'],
            ['lea', 'risk-officer'],
          ],
        }),
      ),
    ).toBe(true);
    expect(
      isSatisfied(
        facts({
          signed: [
            ['ann', 'engineer'],
            ['sam', 'manager'],
          ],
        }),
      ),
    ).toBe(true);
  });

  test('one person with two roles does not sign a critical item alone', () => {
    expect(
      isSatisfied(
        facts({
          signed: [
            ['ann', 'engineer'],
            ['ann', 'manager'],
          ],
        }),
      ),
    ).toBe(false);
  });

  test('the author of the evidence is never the only signer', () => {
    const item = text({ isCritical: false });
    const alone = facts({ item, evidence: [paper('ann')], signed: [['ann', 'engineer']] });
    expect(itemVerdict(alone, NOW)).toMatchObject({ isSatisfied: false, signaturesNeeded: 2 });
    expect(itemVerdict(alone, NOW).missing).toContain('not the author');
    expect(
      isSatisfied(
        facts({
          item,
          evidence: [paper('ann')],
          signed: [
            ['ann', 'engineer'],
            ['lea', 'risk-officer'],
          ],
        }),
      ),
    ).toBe(true);
    expect(isSatisfied(facts({ item, evidence: [paper('ann')], signed: [['bob', 'engineer']] }))).toBe(true);
  });

  test('a changed text, evidence, probe parameter or verdict takes the signatures away; a new measurement does not', () => {
    const signed = facts({
      signed: [
        ['ann', 'engineer'],
        ['lea', 'risk-officer'],
      ],
      probes: [probe('good')],
    });
    const rehash = (over: Partial<ItemFacts>) => {
      const changed = { ...signed, ...over };
      return { ...changed, hash: itemHash(itemContent(changed.item, changed.evidence, changed.probes)) };
    };
    expect(isSatisfied(signed)).toBe(true);
    expect(isSatisfied(rehash({ item: text({ text: 'Rollback procedures described' }) }))).toBe(false);
    expect(isSatisfied(rehash({ evidence: [{ ...paper(), digest: 'd2' }] }))).toBe(false);
    expect(isSatisfied(rehash({ evidence: [] }))).toBe(false);
    const other = { kind: 'mfa-coverage', params: { all: false }, required: 'always' as const };
    expect(isSatisfied(rehash({ probes: [probe('good', { definition: other })] }))).toBe(false);
    expect(rehash({ probes: [probe('bad')] }).hash).not.toBe(signed.hash);
    const newer = probe('good', {
      newest: { verdict: 'good', summary: '15 of 15', checkedAt: NOW, freshUntil: LATER },
    });
    expect(isSatisfied(rehash({ probes: [newer] }))).toBe(true);
  });

  test('a signature of somebody whose account was disabled does not count', () => {
    const signed = facts({
      signed: [
        ['ann', 'engineer'],
        ['lea', 'risk-officer'],
      ],
    });
    const left = {
      ...signed,
      attestations: signed.attestations.map((one) => ({ ...one, isStanding: one.personId !== 'lea' })),
    };
    expect(isSatisfied(left)).toBe(false);
  });

  test('signing is refused to the wrong role, a second time, without evidence, and while the probe is not good', () => {
    const ann = { personId: 'ann', roles: ['engineer'] as Role[] };
    expect(signingAnswer(facts(), ann, NOW)).toMatchObject({ may: true, role: 'engineer' });
    expect(signingAnswer(facts(), { personId: 'vic', roles: ['viewer', 'admin'] }, NOW)).toMatchObject({
      code: 'WRONG_ROLE',
    });
    expect(signingAnswer(facts({ signed: [['ann', 'engineer']] }), ann, NOW)).toMatchObject({ code: 'ALREADY_SIGNED' });
    expect(signingAnswer(facts({ evidence: [] }), ann, NOW)).toMatchObject({ code: 'NO_EVIDENCE' });
    expect(signingAnswer(facts({ probes: [probe('bad')] }), ann, NOW)).toMatchObject({ code: 'NOT_VERIFIED' });
    expect(signingAnswer(facts({ failed: { at: NOW, why: 'no drill' } }), ann, NOW)).toMatchObject({
      code: 'ITEM_FAILED',
    });
  });

  test('a second signer is told that theirs completes the item', () => {
    const first = facts({ signed: [['ann', 'engineer']] });
    expect(signingAnswer(first, { personId: 'lea', roles: ['risk-officer'] }, NOW)).toMatchObject({
      may: true,
      role: 'risk-officer',
      effect: 'Your signature completes this item.',
    });
  });
});

describe('probes', () => {
  const both: [string, Role][] = [
    ['ann', 'engineer'],
    ['lea', 'risk-officer'],
  ];

  test('a probe never signs: good alone leaves the item unsigned', () => {
    const item = text({ evidenceKinds: ['probe'] });
    const one = facts({ item, evidence: [], probes: [probe('good')] });
    expect(itemVerdict(one, NOW)).toMatchObject({ state: 'evidence-attached', isSatisfied: false });
  });

  test('a probe that turns bad fails a signed item', () => {
    expect(state(facts({ signed: both, probes: [probe('bad')] }))).toBe('failed');
  });

  test('a probe that cannot look, or has not for too long, shuts the item and keeps its signatures', () => {
    const silent = facts({ signed: both, probes: [probe('unknown')] });
    expect(itemVerdict(silent, NOW)).toMatchObject({ isSatisfied: false });
    expect(itemVerdict(silent, NOW).signers).toHaveLength(2);
    const old = facts({ signed: both, probes: [probe('good')] });
    expect(itemVerdict(old, new Date('2026-11-20T00:00:00Z')).isSatisfied).toBe(false);
  });

  test('a probe that was never run is unknown, and one without targets is off only where it is not demanded', () => {
    expect(isSatisfied(facts({ signed: both, probes: [probe('good', { newest: null, lastDecided: null })] }))).toBe(
      false,
    );
    const silent = { newest: null, lastDecided: null };
    const at = (required: 'always' | 'when-configured') => ({
      kind: 'reachability',
      params: { targets: [] },
      required,
    });
    expect(isSatisfied(facts({ signed: both, probes: [probe('good', { ...silent, definition: at('always') })] }))).toBe(
      false,
    );
    expect(
      isSatisfied(facts({ signed: both, probes: [probe('good', { ...silent, definition: at('when-configured') })] })),
    ).toBe(true);
  });
});

describe('waivers of an item', () => {
  const waiver = (over = {}) => ({
    id: 'w',
    reason: 'no CDN needed',
    proposedBy: 'ann',
    proposedByName: 'Ann',
    proposedAt: EARLIER,
    approvals: [],
    grantedAt: EARLIER,
    expiresAt: LATER,
    rejectedAt: null,
    revokedAt: null,
    exemptProbes: [] as string[],
    ...over,
  });

  test('a waiver in force satisfies an item nobody signed; expiry and revocation reopen it', () => {
    expect(state(facts({ waivers: [waiver()] }))).toBe('waived');
    expect(itemVerdict(facts({ evidence: [], waivers: [waiver({ expiresAt: EARLIER })] }), NOW)).toMatchObject({
      state: 'expired',
      isSatisfied: false,
    });
    expect(isSatisfied(facts({ waivers: [waiver({ revokedAt: EARLIER })] }))).toBe(false);
    expect(isSatisfied(facts({ waivers: [waiver({ grantedAt: null })] }))).toBe(false);
  });

  test('a waiver covers the probe it named and no other', () => {
    const named = waiver({ exemptProbes: ['mfa-coverage'] });
    expect(isSatisfied(facts({ waivers: [named], probes: [probe('bad')] }))).toBe(true);
    expect(isSatisfied(facts({ waivers: [waiver()], probes: [probe('bad')] }))).toBe(false);
  });
});

test('taking away any signature, evidence or good probe never satisfies an item that was not', () => {
  const people: [string, Role][] = [
    ['ann', 'engineer'],
    ['lea', 'risk-officer'],
    ['sam', 'manager'],
    ['jo', 'quant'],
  ];
  fc.assert(
    fc.property(
      fc.subarray(people),
      fc.boolean(),
      fc.boolean(),
      fc.constantFrom('good', 'bad', 'unknown'),
      (signed, isCritical, hasEvidence, verdict) => {
        const whole = facts({
          item: text({ isCritical }),
          signed,
          evidence: hasEvidence ? [paper()] : [],
          probes: [probe(verdict as 'good')],
        });
        const verdictNow = itemVerdict(whole, NOW);
        for (const gone of whole.attestations) {
          const less = { ...whole, attestations: whole.attestations.filter((one) => one !== gone) };
          if (itemVerdict(less, NOW).isSatisfied) expect(verdictNow.isSatisfied).toBe(true);
        }
        if (verdict !== 'good' || !hasEvidence) expect(verdictNow.isSatisfied).toBe(false);
      },
    ),
  );
});
