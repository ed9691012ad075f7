import { z } from 'zod';
import { HIGHEST_LEVEL, type Level, type Severity } from '../notifications/routing';

const Minutes = z.number().int().positive().max(10_080);
export const EscalationRule = z.object({
  managementMinutes: Minutes.nullable(),
  boardMinutes: Minutes.nullable(),
  repeatMinutes: Minutes.nullable(),
  acknowledgementMinutes: Minutes,
  workingHoursOnly: z.boolean(),
  /** Told once a working day in a list, not one by one. */
  digest: z.boolean(),
});
export type EscalationRule = z.infer<typeof EscalationRule>;

export const EscalationPolicy = z.object({
  critical: EscalationRule,
  high: EscalationRule,
  medium: EscalationRule,
  low: EscalationRule,
});
export type EscalationPolicy = z.infer<typeof EscalationPolicy>;

const rule = (
  managementMinutes: number | null,
  boardMinutes: number | null,
  repeatMinutes: number | null,
  acknowledgementMinutes: number,
  more: Partial<EscalationRule> = {},
): EscalationRule => ({
  managementMinutes,
  boardMinutes,
  repeatMinutes,
  acknowledgementMinutes,
  workingHoursOnly: false,
  digest: false,
  ...more,
});

/** Minutes to management / board / repeat / end of an acknowledgement. */
export const DEFAULT_ESCALATION: EscalationPolicy = {
  critical: rule(5, 15, 5, 30),
  high: rule(15, 60, 15, 60),
  medium: rule(60, null, 60, 240, { workingHoursOnly: true }),
  low: rule(null, null, null, 1440, { workingHoursOnly: true, digest: true }),
};

const MINUTE = 60_000;
const WORKDAY = { opensHour: 9, closesHour: 18 } as const;

export type Timetable = { nextEscalationAt: Date | null; nextRepeatAt: Date | null };

/**
 * When an alert that nobody has acknowledged goes to the next level and when it is repeated, counted from `from` at the
 * level reached. Going from management to the board takes the difference of the two. Times outside working hours move to
 * the next working morning in `timeZone` where the rule says so.
 */
export function timetable(
  severity: Severity,
  level: number,
  from: Date,
  policy: EscalationPolicy,
  timeZone: string,
): Timetable {
  const chosen = policy[severity];
  const fit = (at: Date) => (chosen.workingHoursOnly ? nextWorkingInstant(at, timeZone) : at);
  if (chosen.digest) return { nextEscalationAt: null, nextRepeatAt: nextDigestAt(from, timeZone) };
  const step = minutesToNextLevel(chosen, level);
  return {
    nextEscalationAt: step === null ? null : fit(new Date(from.getTime() + step * MINUTE)),
    nextRepeatAt: chosen.repeatMinutes === null ? null : fit(new Date(from.getTime() + chosen.repeatMinutes * MINUTE)),
  };
}

function minutesToNextLevel(chosen: EscalationRule, level: number): number | null {
  if (level >= HIGHEST_LEVEL) return null;
  if (level === 0) return chosen.managementMinutes;
  if (chosen.boardMinutes === null) return null;
  return Math.max(1, chosen.boardMinutes - (chosen.managementMinutes ?? 0));
}

/** When each level is told of an alert raised at `firedAt` that nobody acknowledges; null where it never is. */
export function escalationPlan(
  severity: Severity,
  firedAt: Date,
  policy: EscalationPolicy,
  timeZone: string,
): { level: Level; at: Date | null }[] {
  const first = timetable(severity, 0, firedAt, policy, timeZone).nextEscalationAt;
  const second = first ? timetable(severity, 1, first, policy, timeZone).nextEscalationAt : null;
  return [
    { level: 0, at: firedAt },
    { level: 1, at: first },
    { level: 2, at: second },
  ];
}

const formats = new Map<string, Intl.DateTimeFormat>();
function hourAndDay(at: Date, timeZone: string): { hour: number; minute: number; isWeekday: boolean } {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone,
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
      weekday: 'short',
    });
  formats.set(timeZone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map((part) => [part.type, part.value]));
  return {
    hour: Number(parts.hour),
    minute: Number(parts.minute),
    isWeekday: parts.weekday !== 'Sat' && parts.weekday !== 'Sun',
  };
}

const QUARTER = 15 * MINUTE;
/** Steps by quarters of an hour: zones are offset by quarters, so that every opening is met whatever DST does. */
function firstQuarterFrom(at: Date, fits: (at: Date) => boolean): Date {
  let candidate = new Date(Math.ceil(at.getTime() / QUARTER) * QUARTER);
  for (let steps = 0; steps < 4 * 24 * 8 && !fits(candidate); steps++)
    candidate = new Date(candidate.getTime() + QUARTER);
  return candidate;
}

/** The instant itself when people work in that zone (Monday to Friday, 09:00 to 18:00), else the next opening. */
export function nextWorkingInstant(at: Date, timeZone: string): Date {
  const isWorking = (moment: Date) => {
    const { hour, isWeekday } = hourAndDay(moment, timeZone);
    return isWeekday && hour >= WORKDAY.opensHour && hour < WORKDAY.closesHour;
  };
  return isWorking(at) ? at : firstQuarterFrom(at, isWorking);
}

/** The next working morning in the zone, strictly after `from`: when the digest of low alerts goes out. */
export function nextDigestAt(from: Date, timeZone: string): Date {
  return firstQuarterFrom(new Date(from.getTime() + 1), (moment) => {
    const { hour, minute, isWeekday } = hourAndDay(moment, timeZone);
    return isWeekday && hour === WORKDAY.opensHour && minute === 0;
  });
}
