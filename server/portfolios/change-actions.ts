import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import type { Actor } from '../kernel/actor';
import { DomainError, notFound } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish } from '../kernel/transaction';
import { type CalendarException, dayIn, withException } from './calendar-exception';
import { accountsOf, insertAccount, lockCalendar, lockPortfolio, updateCalendar } from './store';

const TOPICS = ['portfolios', 'risk', 'overview', 'launches'];

/**
 * Adds an account to a portfolio, whose equity is the sum of its accounts: until the new one sends its first snapshot the
 * portfolio is unknown, and its first equity then counts as a deposit. Returns its id. Throws ACCOUNT_EXISTS, FORBIDDEN.
 */
export async function addAccount(
  actor: Actor,
  input: { portfolioId: string; code: string; reason: string },
): Promise<string> {
  const { portfolioId, code, reason } = input;
  authorize(actor, 'portfolio.change', { portfolioId });
  return inTransaction(async (tx, now) => {
    if (!(await lockPortfolio(tx, portfolioId))) throw notFound('The portfolio');
    const held = await accountsOf(portfolioId, tx);
    const codes = held.map((one) => one.code);
    const same = held.find((one) => one.code === code);
    if (same) {
      const text = same.closedAt
        ? `The account "${code}" of this portfolio was closed. Name the new one otherwise.`
        : `This portfolio has an account "${code}" already.`;
      throw new DomainError('ACCOUNT_EXISTS', text, { data: { fields: { code: ['This code is taken.'] } } });
    }
    const id = newId();
    await insertAccount(tx, { id, portfolioId, code, createdAt: now });
    recordEvent(tx, {
      type: 'portfolio.account-added',
      actor,
      subject: { kind: 'portfolio', id: portfolioId },
      portfolioId,
      data: { account: id, code, reason, before: codes },
    });
    for (const topic of TOPICS) publish(tx, topic);
    return id;
  });
}

/**
 * Changes one day of a trading calendar: closed, hours of its own, or regular again. It holds for every portfolio with
 * this calendar, so it takes a role in the whole firm; days that are over stand. Throws INVALID, FORBIDDEN.
 */
export async function changeCalendar(actor: Actor, input: CalendarException): Promise<void> {
  authorize(actor, 'portfolio.change', { portfolioId: null });
  return inTransaction(async (tx, now) => {
    const calendar = await lockCalendar(tx, input.calendarId);
    if (!calendar) throw notFound('The calendar');
    const made = withException(calendar.exceptions, input, dayIn(calendar.timeZone, now));
    if ('fault' in made) throw new DomainError('INVALID', made.fault, { data: { fields: { day: [made.fault] } } });
    await updateCalendar(tx, calendar.id, made.exceptions);
    recordEvent(tx, {
      type: 'calendar.changed',
      actor,
      subject: { kind: 'calendar', id: calendar.id },
      data: {
        day: input.day,
        before: calendar.exceptions[input.day] === undefined ? 'regular' : (calendar.exceptions[input.day] ?? 'closed'),
        after: made.exceptions[input.day] === undefined ? 'regular' : (made.exceptions[input.day] ?? 'closed'),
        reason: input.reason,
      },
    });
    for (const topic of TOPICS) publish(tx, topic);
  });
}
