import { Decimal } from '../../kernel/decimal';
import { numberText } from '../../kernel/format';
import type { Calendar } from '../calendar';
import { addDays, sessionDay, sessionOn } from '../session-day';
import type { Proposal } from './proposals';

/** Fills may end this share of the amount asked for short of it: an order goes as far off its reference as its collar. */
const SHORT_OF_ASKED = new Decimal('0.05');
const WITHOUT_SESSIONS_MS = 48 * 3_600_000;
const SESSION_WITHIN_DAYS = 30;

/**
 * Until when cash of a sale may come: the end of the portfolio's next session day after that of the answer (a trade of today
 * settles a day later), 48 h after the answer where its calendar names no session in 30 days.
 */
export function settlesBy(
  answeredAt: Date,
  { calendar, zone, sessionStart }: { calendar: Calendar; zone: string; sessionStart: string },
): Date {
  const { key } = sessionDay(answeredAt, zone, sessionStart);
  for (let ahead = 1; ahead <= SESSION_WITHIN_DAYS; ahead += 1) {
    const session = sessionOn(calendar, addDays(key, ahead));
    // A calendar of another zone opens on the eve: the day in which it closes is the one that is meant.
    if (session) return sessionDay(new Date(session.closesAt.getTime() - 1), zone, sessionStart).end;
  }
  return new Date(answeredAt.getTime() + WITHOUT_SESSIONS_MS);
}

/** What the newest snapshot shows: cash as it counts, null where an account does not state it; flows summed until then. */
type SeenCash = { cash: Decimal | null; flow: Decimal; asOf: Date | null };

/**
 * What came of cash that every engine answered it has raised: `confirmed` once a snapshot that is younger than the last
 * answer shows it, without what was paid in since the proposal; `waits` for settlement until `until`, then `failed`, both
 * with the amount that is missing. One proposed before flows were kept with it counts none.
 */
export function cashOutcome(
  { shortfall, to, flow }: Extract<Proposal, { kind: 'raise-cash' }>,
  seen: SeenCash,
  { answeredAt, until }: { answeredAt: Date; until: Date },
  now: Date,
): { kind: 'confirmed' } | { kind: 'waits' | 'failed'; why: string } {
  if (!to) return { kind: 'confirmed' };
  const isSeen = seen.asOf !== null && seen.asOf > answeredAt;
  const paidIn = flow ? seen.flow.minus(flow) : new Decimal(0);
  const missing = isSeen && seen.cash ? to.plus(paidIn).minus(seen.cash) : null;
  if (missing?.lte(shortfall.mul(SHORT_OF_ASKED))) return { kind: 'confirmed' };
  const why = missing
    ? `${numberText(missing)} of ${numberText(shortfall)} is still missing${paidIn.gt(0) ? `; ${numberText(paidIn)} paid in since does not count` : ''}.`
    : `${isSeen ? 'the newest snapshot does not state the cash' : 'no snapshot since the answer'}, so all of ${numberText(shortfall)} counts as missing.`;
  return now <= until
    ? { kind: 'waits', why: `Sold, waits for settlement: ${why}` }
    : { kind: 'failed', why: `Every engine answered that it is done, and at the end of the next session day ${why}` };
}
