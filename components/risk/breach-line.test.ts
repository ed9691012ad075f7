import { describe, expect, it } from 'vitest';
import type { ActionView, EpisodeView } from '@/server/risk/views/view';
import { breachLine } from './breach-line';

const at = (time: string) => new Date(`2026-11-19T${time}Z`);
const action = (of: Partial<ActionView>): ActionView =>
  ({
    title: of.type,
    automatic: true,
    decidedBy: null,
    decidedAt: null,
    decisionReason: null,
    settledAt: null,
    error: null,
    signers: [],
    ...of,
  }) as ActionView;

const HALT = action({ type: 'halt', proposedAt: at('14:02:11'), state: 'confirmed', settledAt: at('14:02:12') });
const CUT = { type: 'reduce-positions', title: 'Cut all positions by 20 %', automatic: false };
const HALTED = { state: 'HALTED', place: 'Main', exit: 'two-people', earliestExitAt: new Date('2026-11-20T14:02:00Z') };

const episode = (of: object = {}): EpisodeView =>
  ({
    title: 'Portfolio drawdown',
    tier: 'hard',
    state: 'open',
    openedAt: at('14:02:00'),
    clearedAt: null,
    acknowledgedBy: null,
    acceptedUntil: null,
    acceptedUpTo: null,
    standing: {
      now: '12.80 %',
      unknownWhy: null,
      limit: '10.00 %',
      worst: '13.10 %',
      money: '28,400.00 USD over',
      asOf: at('14:14:00'),
      maxAgeMs: 15_000,
    },
    restrictions: [HALTED],
    actions: [HALT, action({ ...CUT, state: 'proposed', proposedAt: at('14:02:11') })],
    exits: { waiting: [] },
    ...of,
  }) as unknown as EpisodeView;

/** The line as plain words, instants by their UTC time. */
const said = (one: EpisodeView, isStale = false): string =>
  breachLine(one, isStale)
    .map(({ label, parts }) => {
      const words = parts.map((p) => {
        if (typeof p === 'string') return p;
        if ('age' in p) return '[age]';
        return p.at.toISOString().slice(p.withDate ? 5 : 11, p.seconds ? 19 : 16);
      });
      return `${label} ${words.join('')}`;
    })
    .join(' · ');

describe('the line of a breach', () => {
  it('says how far, since when, what was done by whom, and what is next', () => {
    expect(said(episode())).toBe(
      'Now 12.80 % of 10.00 % (worst 13.10 %, 28,400.00 USD over) · Since 11-19T14:02 (open [age])' +
        ' · Done HALTED automatically 14:02:11, confirmed 14:02:12' +
        ' · Next a Manager or Risk officer decides: Cut all positions by 20 %;' +
        ' two people, one of them a Risk officer, may lift HALTED from 11-20T14:02',
    );
  });

  it('names who decided, when and why, and what came of it', () => {
    const decided = {
      decidedBy: 'Rita',
      decidedAt: at('14:05:00'),
      decisionReason: 'Agreed.',
      proposedAt: at('14:02:11'),
    };
    const sent = episode({ restrictions: [], actions: [HALT, action({ ...CUT, ...decided, state: 'sent' })] });
    expect(said(sent)).toContain(
      'Done HALTED automatically 14:02:11, confirmed 14:02:12, lifted since; Cut all positions by 20 % approved by Rita 14:05:00 (Agreed.), not confirmed by the engine yet',
    );
    expect(said(sent)).toContain('Next somebody acknowledges it');
    const failed = { ...HALT, state: 'failed' as const, settledAt: null, error: 'No engine.' };
    expect(said(episode({ actions: [failed] }))).toContain('HALTED automatically 14:02:11, failed: No engine.');
  });

  it('says what one person signed, and who the second is', () => {
    const waiting = [{ kind: 'accept', days: 5, reason: 'Settles.', names: ['Rita'], lapsesAt: at('20:00:00') }];
    expect(said(episode({ exits: { waiting } }))).toContain(
      'Rita signed to accept it (Settles.); the other of a Risk officer and a Manager signs by 11-19T20:00',
    );
    const by = action({ type: 'accept', state: 'confirmed', signers: ['Rita', 'Max'], reason: 'Settles.' });
    const accepted = { state: 'accepted', acceptedUntil: at('20:00:00'), acceptedUpTo: '14.41 %', actions: [HALT, by] };
    expect(said(episode(accepted))).toContain('accepted until 11-19T20:00, up to 14.41 % (Rita and Max: Settles.)');
  });

  it('never reads an old or missing value as one of now', () => {
    expect(said(episode(), true)).toMatch(/^Now unknown: the newest value is \[age\] old; then 12\.80 % of/);
    const standing = { ...episode().standing, now: null, unknownWhy: 'account main is stale', money: null };
    expect(said(episode({ standing }))).toMatch(/^Now unknown: account main is stale; limit 10\.00 %, worst 13\.10 %/);
    const ended = episode({ state: 'cleared', clearedAt: at('15:00:00'), restrictions: [] });
    expect(said(ended)).toMatch(/^Now ended; worst 13\.10 % of 10\.00 % · Since 11-19T14:02 until 11-19T15:00/);
  });
});
