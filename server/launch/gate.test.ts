import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gateContent, gateHash } from './binding';
import { breakGlass, passedText, reviewDueAt } from './break-glass';
import { evaluateGate } from './gate';
import type { GateFacts } from './gate-facts';
import { DEFAULT_APPROVAL_POLICY, DEFAULT_SOAK_POLICY, GATES, type Gate } from './policy';
import { soakProgress } from './soak';
import { type Known, known, unknown } from './soak-health';

const NOW = new Date('2026-11-20T15:00:00Z');
const HOUR = 3_600_000;
const ENTERED = new Date(NOW.getTime() - 25 * HOUR);
const buckets = Array.from({ length: 25 * 60 }, (_, i) => ({
  bucket: new Date(ENTERED.getTime() + i * 60_000),
  verdict: 'healthy' as const,
  reasons: [],
}));
const run = { kind: 'run' as const, exitCode: 0, recordedAt: NOW, recordedBy: 'key:ci' };
const approval = (id: string) => ({
  id: `ap-${id}`,
  personId: id,
  personName: id,
  decision: 'approved' as const,
  reason: '',
  contentHash: 'h',
  decidedAt: new Date(NOW.getTime() - HOUR),
  expiresAt: new Date(NOW.getTime() + HOUR),
  voidedAt: null,
  voidReason: null,
});

/** A gate with nothing in its way. */
function open(gate: Gate): GateFacts {
  const at = gate.startsWith('phase') ? Number(gate.at(-1)) : 4;
  const tranche = gate === 'tranche-50' ? 10 : gate === 'tranche-100' ? 50 : 0;
  const requirement = DEFAULT_SOAK_POLICY.at[10];
  const step = (trancheOf: number | null) => ({
    id: 's',
    ordinal: 1,
    title: 'Deploy',
    tranche: trancheOf,
    runs: [run],
  });
  return {
    gate,
    now: NOW,
    rule: DEFAULT_APPROVAL_POLICY.gates[gate],
    launch: { id: 'l', status: tranche ? 'live' : 'open', tranche, holdReason: null },
    phases: new Map(
      [1, 2, 3, 4].map((p) => [
        p,
        p < at ? 'passed' : p === at ? (at === 4 ? 'running' : 'awaiting-approval') : 'blocked',
      ]),
    ),
    steps: at < 4 ? [step(null)] : [step(10), step(50), step(100)],
    releaseDigest: 'sha256:aa',
    items: known([
      {
        id: 'i',
        number: 1,
        text: 'MFA',
        state: 'signed',
        isSatisfied: true,
        missing: '',
        who: '',
        isCritical: false,
        looks: [],
      },
    ]),
    approvals: [approval('eve'), approval('sam'), approval('lea')],
    people: known([
      { id: 'eve', name: 'Eve', roles: ['engineer'] },
      { id: 'sam', name: 'Sam', roles: ['manager'] },
      { id: 'lea', name: 'Lea', roles: ['risk-officer'] },
    ]),
    excluded: new Map(),
    hash: 'h',
    tradingState: known('ACTIVE'),
    emergencies: known([]),
    breaches: known([]),
    unknownLimits: known([]),
    data: known({ isFresh: true, sentence: 'Data is 4 s old' }),
    equity: known('1000000'),
    engine: known({
      id: 'e',
      name: 'eu-1',
      heartbeatAgeSeconds: known(4),
      digest: known('sha256:aa'),
      capitalMatches: tranche ? known(true) : null,
    }),
    alerts: known([]),
    isReconciled: known(true),
    allocation: known(null),
    overdueReviews: known(0),
    reactionsBehind: known(0),
    soak: tranche
      ? {
          requirement,
          progress: known(
            soakProgress({ enteredAt: ENTERED, now: NOW, buckets, requirement, policy: DEFAULT_SOAK_POLICY }),
          ),
          sessions: 1,
          trades: 10,
        }
      : null,
  };
}
const blockers = (facts: GateFacts) => evaluateGate(facts).blockers.map((one) => one.sentence);

const KNOWABLE = [
  'items',
  'people',
  'tradingState',
  'emergencies',
  'breaches',
  'unknownLimits',
  'data',
  'equity',
  'engine',
  'alerts',
  'isReconciled',
  'allocation',
  'overdueReviews',
  'reactionsBehind',
] as const;
/** What the gates of phases look at; the rest is about trading with capital. */
const OF_PHASES = ['items', 'people', 'emergencies', 'overdueReviews'];
const TRANCHE_GATES = GATES.filter((gate) => gate.startsWith('tranche'));

describe('the gate', () => {
  test.each(GATES)('%s opens when every condition is met', (gate) => {
    expect(evaluateGate(open(gate))).toMatchObject({ isOpen: true, blockers: [] });
  });

  test('a missing fact never opens a gate', () => {
    fc.assert(
      fc.property(fc.constantFrom(...GATES), fc.subarray([...KNOWABLE], { minLength: 1 }), (gate, gone) => {
        const facts = {
          ...open(gate),
          ...Object.fromEntries(gone.map((key) => [key, unknown('not reported')])),
        } as GateFacts;
        const counts = gate.startsWith('tranche') || gone.some((key) => OF_PHASES.includes(key));
        expect(evaluateGate(facts).isOpen).toBe(!counts);
      }),
    );
  });

  test('removing any satisfied condition closes it', () => {
    const closers: [string, (facts: GateFacts) => Partial<GateFacts>][] = [
      ['held', (f) => ({ launch: { ...f.launch, status: 'held', holdReason: 'watching' } })],
      [
        'a phase',
        () => ({
          phases: new Map([
            [1, 'passed'],
            [2, 'passed'],
            [3, 'running'],
          ]),
        }),
      ],
      ['the tranche before', (f) => ({ launch: { ...f.launch, tranche: 100 } })],
      ['a step', (f) => ({ steps: f.steps.map((one) => ({ ...one, runs: [] })) })],
      [
        'an item',
        () => ({
          items: known([
            {
              id: 'i',
              number: 1,
              text: 'MFA',
              state: 'failed',
              isSatisfied: false,
              missing: 'failed: 1 of 7',
              who: 'Admin',
              isCritical: false,
              looks: [],
            },
          ]),
        }),
      ],
      ['the approvals', () => ({ approvals: [] })],
      ['their content', () => ({ hash: 'other' })],
      ['the state', () => ({ tradingState: known('REDUCING') })],
      ['an emergency', () => ({ emergencies: known([{ id: 'e', number: 'E-0007' }]) })],
      [
        'a breach',
        () => ({
          breaches: known([{ id: 'b', number: 'BR-0118', sentence: 'correlation 0.74, limit 0.70.', state: 'open' }]),
        }),
      ],
      ['a limit', () => ({ unknownLimits: known([{ measure: 'cash', subject: '', sentence: 'cash is stale' }]) })],
      ['the data', () => ({ data: known({ isFresh: false, sentence: 'Data is 40 s old.' }) })],
      ['an alert', () => ({ alerts: known([{ id: 'a', number: 'A-1', title: 'p95', severity: 'high' }]) })],
      ['reconciliation', () => ({ isReconciled: known(false) })],
      ['the allocation', () => ({ allocation: known('over 100 %') })],
      ['a review', () => ({ overdueReviews: known(1) })],
      ['reactions', () => ({ reactionsBehind: known(2) })],
      [
        'the heartbeat',
        (f) => ({ engine: f.engine.known ? known({ ...f.engine.value, heartbeatAgeSeconds: known(31) }) : f.engine }),
      ],
      [
        'the build',
        (f) => ({ engine: f.engine.known ? known({ ...f.engine.value, digest: known('sha256:bb') }) : f.engine }),
      ],
      ['the trades', (f) => ({ soak: f.soak && { ...f.soak, trades: 9 } })],
      ['the sessions', (f) => ({ soak: f.soak && { ...f.soak, sessions: null } })],
    ];
    for (const gate of TRANCHE_GATES) {
      for (const [name, close] of closers) {
        if (gate === 'tranche-10' && ['the trades', 'the sessions', 'the build'].includes(name)) continue;
        const facts = open(gate);
        expect([name, evaluateGate({ ...facts, ...close(facts) }).isOpen]).toEqual([name, false]);
      }
    }
  });

  test('says blockers verbatim, with who can clear them and one action', () => {
    const item = {
      id: 'i23',
      number: 23,
      text: 'Rollback procedures tested',
      state: 'open',
      isSatisfied: false,
      missing: 'is unsigned (needs an Engineer)',
      who: 'Engineer',
      isCritical: false,
      looks: [],
    };
    const verdict = evaluateGate({ ...open('tranche-50'), items: known([item]) });
    expect(verdict.blockers).toEqual([
      expect.objectContaining({
        sentence: "Checklist: 'Rollback procedures tested' is unsigned (needs an Engineer).",
        who: 'Engineer',
        action: { label: 'Open item', target: 'item', id: 'i23' },
      }),
    ]);
  });

  test('an unsigned item shuts the tranches; only a failed one shuts the phases before', () => {
    const item = {
      id: 'i',
      number: 1,
      text: 'MFA',
      state: 'open',
      isSatisfied: false,
      missing: 'is unsigned',
      who: 'Admin',
      isCritical: false,
      looks: [],
    };
    expect(evaluateGate({ ...open('phase-1'), items: known([item]) }).isOpen).toBe(true);
    expect(evaluateGate({ ...open('phase-1'), items: known([{ ...item, state: 'failed' }]) }).isOpen).toBe(false);
    expect(evaluateGate({ ...open('tranche-10'), items: known([item]) }).isOpen).toBe(false);
  });

  test('what is wrong now stands before what is still to be done', () => {
    const breach = { id: 'b', number: 'BR-0118', sentence: 'correlation 0.74, limit 0.70.', state: 'open' };
    const facts = open('tranche-50');
    const steps = facts.steps.map((step) => ({ ...step, runs: [] }));
    const verdict = evaluateGate({ ...facts, steps, breaches: known([breach]) });
    expect(verdict.blockers.map((one) => one.kind)).toEqual(['breach', 'steps']);
  });

  test('a rejection vetoes with its reason, and a policy nobody can meet is a blocker', () => {
    const no = { ...approval('lea'), id: 'no', decision: 'rejected' as const, reason: 'No drill yet.', decidedAt: NOW };
    const facts = open('tranche-50');
    expect(blockers({ ...facts, approvals: [no] })).toContain('Rejected by lea: No drill yet.');
    expect(blockers({ ...facts, excluded: new Map([['lea', 'proposer']]) }).join()).toContain('cannot meet it');
  });
});

describe('what an approval binds to', () => {
  const content = {
    launch: { id: 'l', number: 'L-0042' },
    gate: 'tranche-50' as Gate,
    release: { digest: 'r', version: '2.4.0', artefactDigest: 'a', configDigest: 'c' },
    allocation: '0.500000000000',
    limitSets: [
      { scope: 'portfolio', scopeId: 'p', version: 3, contentHash: 'x' },
      { scope: 'firm', scopeId: '', version: 1, contentHash: 'y' },
    ],
    policyVersions: { approval: 0, soak: 0 },
    attestations: [
      { id: 'a1', contentHash: 'h1' },
      { id: 'a2', contentHash: 'h2' },
    ],
    waivers: [],
  };
  const hash = (over = {}) => gateHash(gateContent({ ...content, ...over }));

  test('changes with release, allocation, tranche, limits, policy, attestations and waivers', () => {
    const changes = [
      { release: { ...content.release, digest: 'r2' } },
      { allocation: '0.6' },
      { gate: 'tranche-100' as Gate },
      { limitSets: [] },
      { policyVersions: { approval: 1, soak: 0 } },
      { attestations: content.attestations.slice(1) },
      { waivers: [{ id: 'w', contentHash: 'h' }] },
    ];
    for (const change of changes) expect(hash(change)).not.toBe(hash());
  });

  test('does not change with the order of rows', () => {
    expect(
      hash({ limitSets: [...content.limitSets].reverse(), attestations: [...content.attestations].reverse() }),
    ).toBe(hash());
  });
});

describe('break-glass', () => {
  const stranger = { id: 'lea', isOwner: false, isProposer: false };
  const facts = (over: Partial<GateFacts> = {}, gate: Gate = 'tranche-50') => ({ ...open(gate), ...over });
  const unsigned: Partial<GateFacts> = { approvals: [] };

  test('passes checklist, approvals, soak and trades', () => {
    const { soak } = open('tranche-50');
    expect(breakGlass(facts({ ...unsigned, soak: soak && { ...soak, trades: 0 } }), stranger)).toMatchObject({
      may: true,
    });
  });

  test('never passes HALTED, an open emergency, another build or unknown equity, nor when one of them is unknown', () => {
    const { engine } = open('tranche-50');
    const other = (digest: Known<string | null>) =>
      engine.known ? known({ ...engine.value, digest }) : expect.unreachable();
    for (const over of [
      { tradingState: known('HALTED' as const) },
      { tradingState: unknown('not read') },
      { emergencies: known([{ id: 'e', number: 'E-1' }]) },
      { emergencies: unknown('not read') },
      { engine: other(known('sha256:bb')) },
      { engine: other(unknown('silent')) },
      { engine: unknown('none') },
      { equity: unknown('stale') },
    ]) {
      expect(breakGlass(facts({ ...over, ...unsigned }), stranger)).toMatchObject({ may: false, code: 'GATE_CLOSED' });
    }
  });

  test('passes no phase while trading is halted or an emergency is open', () => {
    const phase = (over: Partial<GateFacts>) => breakGlass(facts({ ...unsigned, ...over }, 'phase-1'), stranger);
    expect(phase({})).toMatchObject({ may: true });
    expect(phase({ equity: unknown('no engine yet') })).toMatchObject({ may: true });
    for (const over of [
      { tradingState: known('HALTED' as const) },
      { tradingState: unknown('not read') },
      { emergencies: unknown('not read') },
    ]) {
      expect(phase(over)).toMatchObject({ may: false, code: 'GATE_CLOSED' });
    }
  });

  test('names every failed or unknown look of a probe it passes over, word for word', () => {
    const item = {
      id: 'i',
      number: 1,
      text: 'Backups tested',
      state: 'failed',
      isSatisfied: false,
      missing: 'failed: the restore test failed',
      who: 'Engineer',
      isCritical: true,
      looks: [
        { probe: 'backup', state: 'bad' as const, sentence: 'the restore test failed' },
        { probe: 'tls', state: 'unknown' as const, sentence: 'the probe tls has not looked yet.' },
      ],
    };
    const answer = breakGlass(facts({ items: known([item]) }), stranger);
    if (!answer.may) return expect.unreachable(answer.why);
    expect(answer.passed.map(passedText)).toEqual([
      "Unknown: Checklist: 'Backups tested' failed: the restore test failed. A critical item. Probe backup is bad: the restore test failed. Probe tls is unknown: the probe tls has not looked yet.",
    ]);
    const worse = { ...item, looks: [{ ...item.looks[0]!, sentence: 'no backup is left' }] };
    expect(breakGlass(facts({ items: known([worse]) }), stranger)).not.toMatchObject({ hash: answer.hash });
  });

  test('passes trades that are not stated as none, and says that they are unknown', () => {
    const { soak } = open('tranche-50');
    const answer = breakGlass(facts({ soak: soak && { ...soak, trades: null } }), stranger);
    expect(answer).toMatchObject({ may: true, passed: [{ kind: 'soak', certainty: 'unknown' }] });
  });

  test('passes no checklist, soak or list of approvers that could not be read', () => {
    const { soak } = open('tranche-50');
    for (const over of [
      { items: unknown('not read') },
      { soak: null },
      { soak: soak && { ...soak, progress: unknown('not read') } },
      { people: unknown('not read') },
    ]) {
      expect(breakGlass(facts(over), stranger)).toMatchObject({ may: false, code: 'GATE_CLOSED' });
    }
  });

  test('what was confirmed stays the same while only the clock of the soak moves', () => {
    const { soak } = open('tranche-50');
    const at = (countedSeconds: number) =>
      facts({
        soak: soak?.progress.known
          ? { ...soak, progress: known({ ...soak.progress.value, state: 'counting', countedSeconds }) }
          : null,
      });
    const [earlier, later] = [breakGlass(at(60), stranger), breakGlass(at(120), stranger)];
    expect(earlier).toMatchObject({ may: true });
    expect(later).toMatchObject({ hash: earlier.may && earlier.hash });
  });

  test('is refused to the owner and the proposer, and where nothing is to be overridden', () => {
    expect(breakGlass(facts(unsigned), { ...stranger, isOwner: true })).toMatchObject({ code: 'SELF_APPROVAL' });
    expect(breakGlass(facts(unsigned), { ...stranger, isProposer: true })).toMatchObject({ code: 'SELF_APPROVAL' });
    expect(breakGlass(facts(), stranger)).toMatchObject({ code: 'GATE_OPEN' });
  });

  test('its review is due within two business days', () => {
    expect(reviewDueAt(new Date('2026-11-20T15:00:00Z')).toISOString()).toBe('2026-11-24T15:00:00.000Z');
  });
});
