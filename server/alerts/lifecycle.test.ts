import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SEVERITIES, severityRank } from '../notifications/routing';
import { DEFAULT_ESCALATION, escalationPlan, nextDigestAt, nextWorkingInstant } from './escalation';
import {
  type AlertLife,
  onAcknowledged,
  onResolved,
  onSeen,
  onSilenced,
  onTime,
  onUnacknowledged,
  type Setting,
  stateOf,
} from './lifecycle';

const setting: Setting = { policy: DEFAULT_ESCALATION, timeZone: 'America/New_York' };
const start = new Date('2026-11-20T15:00:00.000Z');
const later = (minutes: number, from = start) => new Date(from.getTime() + minutes * 60_000);
const critical = () => onSeen(null, { severity: 'critical', isPending: false }, setting, start).life;

describe('the climb', () => {
  test('a critical alert reaches management after 5 min, the board after 15, and repeats every 5', () => {
    const plan = escalationPlan('critical', start, DEFAULT_ESCALATION, 'UTC');
    expect(plan.map((step) => step.at)).toEqual([start, later(5), later(15)]);
    const told: string[] = [];
    let life = critical();
    for (let minute = 1; minute <= 25; minute++) {
      const turn = onTime(life, setting, later(minute));
      life = turn.life;
      if (turn.notify) told.push(`${minute} ${turn.notify} ${life.level}`);
    }
    expect(told).toEqual(['5 escalated 1', '10 repeated 1', '15 escalated 2', '20 repeated 2', '25 repeated 2']);
  });

  test('an acknowledgement stops it and, when it ends, notifies again at the level reached', () => {
    const escalated = onTime(critical(), setting, later(5)).life;
    const held = onAcknowledged(escalated, setting, later(6))!;
    expect(stateOf(held, later(7))).toBe('acknowledged');
    expect(held.acknowledgedUntil).toEqual(later(36));
    expect(onTime(held, setting, later(35)).notify).toBeNull();
    const turn = onTime(held, setting, later(36));
    expect(turn.notify).toBe('acknowledgement-expired');
    expect(turn.life.level).toBe(1);
    expect(stateOf(turn.life, later(36))).toBe('firing');
    expect(onTime(turn.life, setting, later(46)).life.level).toBe(2);
  });

  test('an acknowledgement is not a silence and a silence tells nobody', () => {
    const held = onAcknowledged(critical(), setting, start)!;
    expect(stateOf(held, later(1))).toBe('acknowledged');
    const quiet = onSilenced(held, later(120), later(1))!;
    expect(stateOf(quiet, later(31))).toBe('silenced');
    expect(onTime(quiet, setting, later(60)).notify).toBeNull();
    expect(onTime(quiet, setting, later(120)).notify).toBe('silence-expired');
  });

  test('giving it back starts the clocks again', () => {
    const back = onUnacknowledged(onAcknowledged(critical(), setting, start)!, setting, later(3))!;
    expect(back.nextEscalationAt).toEqual(later(8));
  });

  test('a medium alert waits for working hours and never reaches the board', () => {
    const friday = new Date('2026-11-20T22:30:00.000Z');
    const { life, notify } = onSeen(null, { severity: 'medium', isPending: false }, setting, friday);
    expect(notify).toBe('raised');
    expect(life.nextEscalationAt).toEqual(new Date('2026-11-23T14:00:00.000Z'));
    expect(escalationPlan('medium', friday, DEFAULT_ESCALATION, 'America/New_York')[2]!.at).toBeNull();
  });

  test('a low alert is told in the digest of the next working morning only', () => {
    const { life, notify } = onSeen(null, { severity: 'low', isPending: false }, setting, start);
    expect(notify).toBeNull();
    expect(life.nextRepeatAt).toEqual(new Date('2026-11-23T14:00:00.000Z'));
    expect(onTime(life, setting, life.nextRepeatAt!).notify).toBe('digest');
  });
});

describe('what is seen again', () => {
  test('a repeat only counts', () => {
    const { life, notify } = onSeen(critical(), { severity: 'critical', isPending: false }, setting, later(1));
    expect([notify, life.seenCount]).toEqual([null, 2]);
  });

  test('a higher severity notifies again and voids what was promised for less', () => {
    const high = onSeen(null, { severity: 'high', isPending: false }, setting, start).life;
    const held = onSilenced(onAcknowledged(high, setting, start)!, later(60), start)!;
    const { life, notify } = onSeen(held, { severity: 'critical', isPending: false }, setting, later(2));
    expect(notify).toBe('severity-rose');
    expect(stateOf(life, later(2))).toBe('firing');
  });

  test('pending tells nobody until it is confirmed', () => {
    const pending = onSeen(null, { severity: 'critical', isPending: true }, setting, start);
    expect([pending.notify, stateOf(pending.life, start)]).toEqual([null, 'pending']);
    expect(onAcknowledged(pending.life, setting, start)).toBeNull();
    const confirmed = onSeen(pending.life, { severity: 'high', isPending: false }, setting, later(1));
    expect([confirmed.notify, confirmed.life.severity]).toEqual(['raised', 'critical']);
  });

  test('a silence that outlived its alert covers the next one', () => {
    const turn = onSeen(null, { severity: 'high', isPending: false, heldSilence: later(30) }, setting, start);
    expect([turn.notify, stateOf(turn.life, start)]).toEqual([null, 'silenced']);
  });
});

test('working hours are those of the zone, and a 23 h day loses none of them', () => {
  expect(nextWorkingInstant(new Date('2026-11-20T15:00:00Z'), 'America/New_York').toISOString()).toContain('T15:00');
  // Clocks in New York go forward on Sunday 14 March 2027; Monday opens at 13:00 UTC rather than 14:00.
  expect(nextWorkingInstant(new Date('2027-03-13T03:00:00Z'), 'America/New_York')).toEqual(
    new Date('2027-03-15T13:00:00Z'),
  );
  expect(nextDigestAt(new Date('2026-11-20T14:00:00Z'), 'America/New_York')).toEqual(new Date('2026-11-23T14:00:00Z'));
});

type Step = { kind: 'see' | 'ack' | 'unack' | 'silence' | 'resolve' | 'time'; minutes: number; severity: number };
const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.constantFrom('see', 'ack', 'unack', 'silence', 'resolve', 'time'),
  minutes: fc.integer({ min: 0, max: 90 }),
  severity: fc.integer({ min: 0, max: 3 }),
});

function apply(life: AlertLife, { kind, minutes, severity }: Step, now: Date): AlertLife {
  const seen = { severity: SEVERITIES[severity]!, isPending: false };
  switch (kind) {
    case 'see':
      return life.resolvedAt ? life : onSeen(life, seen, setting, now).life;
    case 'ack':
      return onAcknowledged(life, setting, now) ?? life;
    case 'unack':
      return onUnacknowledged(life, setting, now) ?? life;
    case 'silence':
      return onSilenced(life, later(minutes + 1, now), now) ?? life;
    case 'resolve':
      return onResolved(life, now) ?? life;
    case 'time':
      return onTime(life, setting, now).life;
  }
}

test('whatever happens, severity and level never fall while open, resolved is final, and a firing alert that is not low always has a next notice', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      let now = start;
      let life = critical();
      life = { ...life, severity: 'medium' };
      life = onSeen(null, { severity: 'medium', isPending: false }, setting, now).life;
      for (const one of steps) {
        now = later(one.minutes, now);
        const before = life;
        life = apply(life, one, now);
        expect(severityRank(life.severity)).toBeGreaterThanOrEqual(severityRank(before.severity));
        expect(life.level).toBeGreaterThanOrEqual(before.level);
        if (before.resolvedAt) expect(life).toEqual(before);
        const settled = onTime(life, setting, now).life;
        if (stateOf(settled, now) === 'firing') expect(settled.nextRepeatAt).not.toBeNull();
        if (life.resolvedAt) expect([life.nextEscalationAt, life.nextRepeatAt]).toEqual([null, null]);
      }
    }),
  );
});
