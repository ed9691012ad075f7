import { HIGHEST_LEVEL, type Severity, severityRank } from '../notifications/routing';
import { type EscalationPolicy, timetable } from './escalation';

export type AlertState = 'pending' | 'firing' | 'acknowledged' | 'silenced' | 'resolved';

/** What decides the life of an alert; the rest of the row is words. */
export type AlertLife = {
  isPending: boolean;
  severity: Severity;
  /** 0 technical team, 1 management, 2 board: who has been told. */
  level: number;
  firedAt: Date;
  lastSeenAt: Date;
  seenCount: number;
  nextEscalationAt: Date | null;
  nextRepeatAt: Date | null;
  acknowledgedUntil: Date | null;
  silencedUntil: Date | null;
  resolvedAt: Date | null;
};

export type Occasion =
  | 'raised'
  | 'severity-rose'
  | 'escalated'
  | 'repeated'
  | 'acknowledgement-expired'
  | 'silence-expired'
  | 'digest';

/** A life after something happened, and whether people are told of it now. */
export type Turn = { life: AlertLife; notify: Occasion | null };

/** What surrounds an alert: the rules of escalation and the zone whose working hours count. */
export type Setting = { policy: EscalationPolicy; timeZone: string };

/** The state people see. Silence outranks an acknowledgement: it tells nobody, an acknowledgement only stops the climb. */
export function stateOf(life: AlertLife, now: Date): AlertState {
  if (life.resolvedAt) return 'resolved';
  if (life.isPending) return 'pending';
  if (life.silencedUntil && life.silencedUntil > now) return 'silenced';
  if (life.acknowledgedUntil && life.acknowledgedUntil > now) return 'acknowledged';
  return 'firing';
}

const scheduled = (life: AlertLife, from: Date, { policy, timeZone }: Setting): AlertLife => ({
  ...life,
  ...timetable(life.severity, life.level, from, policy, timeZone),
});

const unless = (silenced: boolean, occasion: Occasion, isDigest: boolean): Occasion | null =>
  silenced || isDigest ? null : occasion;

/**
 * Something is seen (again). A new fingerprint begins a life; a repeat only counts, and tells nobody again unless the
 * severity rises, which also voids an acknowledgement or silence given for less. Severity never falls while it is open.
 * `heldSilence` is a silence of the same fingerprint that an earlier alert left running.
 */
export function onSeen(
  life: AlertLife | null,
  seen: { severity: Severity; isPending: boolean; heldSilence?: Date | null },
  setting: Setting,
  now: Date,
): Turn {
  if (!life || life.resolvedAt) return begin(seen, setting, now);
  const counted = { ...life, lastSeenAt: now, seenCount: life.seenCount + 1 };
  if (life.isPending && !seen.isPending) {
    const severity = severityRank(seen.severity) > severityRank(life.severity) ? seen.severity : life.severity;
    return fire({ ...counted, isPending: false, severity, firedAt: now }, setting, now);
  }
  if (severityRank(seen.severity) <= severityRank(life.severity)) return { life: counted, notify: null };
  const risen = { ...counted, severity: seen.severity, acknowledgedUntil: null, silencedUntil: null };
  if (life.isPending) return { life: risen, notify: null };
  return { life: scheduled(risen, now, setting), notify: unless(false, 'severity-rose', isDigest(risen, setting)) };
}

const isDigest = (life: AlertLife, setting: Setting) => setting.policy[life.severity].digest;

function begin(
  seen: { severity: Severity; isPending: boolean; heldSilence?: Date | null },
  setting: Setting,
  now: Date,
): Turn {
  const life: AlertLife = {
    isPending: seen.isPending,
    severity: seen.severity,
    level: 0,
    firedAt: now,
    lastSeenAt: now,
    seenCount: 1,
    nextEscalationAt: null,
    nextRepeatAt: null,
    acknowledgedUntil: null,
    silencedUntil: seen.heldSilence && seen.heldSilence > now ? seen.heldSilence : null,
    resolvedAt: null,
  };
  return seen.isPending ? { life, notify: null } : fire(life, setting, now);
}

function fire(life: AlertLife, setting: Setting, now: Date): Turn {
  const silenced = stateOf(life, now) === 'silenced';
  return { life: scheduled(life, now, setting), notify: unless(silenced, 'raised', isDigest(life, setting)) };
}

/** A person has it in hand until the acknowledgement ends; it stops the climb and does not silence. Null when it is over. */
export function onAcknowledged(life: AlertLife, { policy }: Setting, now: Date): AlertLife | null {
  if (life.resolvedAt || life.isPending) return null;
  const minutes = policy[life.severity].acknowledgementMinutes;
  const until = new Date(now.getTime() + minutes * 60_000);
  return { ...life, acknowledgedUntil: until, nextEscalationAt: null, nextRepeatAt: null };
}

/** The acknowledgement is taken back: the clocks run again from now, at the level reached. */
export function onUnacknowledged(life: AlertLife, setting: Setting, now: Date): AlertLife | null {
  if (life.resolvedAt || !life.acknowledgedUntil || life.acknowledgedUntil <= now) return null;
  return scheduled({ ...life, acknowledgedUntil: null }, now, setting);
}

/** Told to nobody until then; it is still listed and still counts against a gate. */
export function onSilenced(life: AlertLife, until: Date, now: Date): AlertLife | null {
  if (life.resolvedAt || until <= now) return null;
  return { ...life, silencedUntil: until, nextEscalationAt: null, nextRepeatAt: null };
}

export function onUnsilenced(life: AlertLife, setting: Setting, now: Date): AlertLife | null {
  if (life.resolvedAt || !life.silencedUntil || life.silencedUntil <= now) return null;
  const freed = { ...life, silencedUntil: null };
  return stateOf(freed, now) === 'acknowledged' ? freed : scheduled(freed, now, setting);
}

export function onResolved(life: AlertLife, now: Date): AlertLife | null {
  if (life.resolvedAt) return null;
  return { ...life, resolvedAt: now, nextEscalationAt: null, nextRepeatAt: null };
}

/**
 * What time alone does: a silence or acknowledgement ends and people are told at the level reached; nobody answered and
 * the next level is told; nobody answered and it is repeated. One notice per turn, the climb before the repeat.
 */
export function onTime(life: AlertLife, setting: Setting, now: Date): Turn {
  const still: Turn = { life, notify: null };
  if (life.resolvedAt || life.isPending) return still;
  if (life.silencedUntil && life.silencedUntil <= now) {
    const freed = { ...life, silencedUntil: null };
    if (stateOf(freed, now) === 'acknowledged') return { life: freed, notify: null };
    const told = { ...freed, acknowledgedUntil: null };
    return { life: scheduled(told, now, setting), notify: unless(false, 'silence-expired', isDigest(told, setting)) };
  }
  if (stateOf(life, now) === 'silenced') return still;
  if (life.acknowledgedUntil && life.acknowledgedUntil <= now) {
    const again = { ...life, acknowledgedUntil: null };
    return {
      life: scheduled(again, now, setting),
      notify: unless(false, 'acknowledgement-expired', isDigest(again, setting)),
    };
  }
  if (stateOf(life, now) === 'acknowledged') return still;
  if (life.nextEscalationAt && life.nextEscalationAt <= now) {
    const level = Math.min(HIGHEST_LEVEL, life.level + 1);
    return { life: scheduled({ ...life, level }, now, setting), notify: 'escalated' };
  }
  if (life.nextRepeatAt && life.nextRepeatAt <= now) {
    const { nextRepeatAt } = timetable(life.severity, life.level, now, setting.policy, setting.timeZone);
    return { life: { ...life, nextRepeatAt }, notify: isDigest(life, setting) ? 'digest' : 'repeated' };
  }
  return still;
}
