import 'server-only';
import { recordEvent } from '../audit/record';
import { authorize } from '../identity/authorize';
import { type Actor, actorRef } from '../kernel/actor';
import { DomainError } from '../kernel/errors';
import { newId } from '../kernel/ids';
import { inTransaction, publish } from '../kernel/transaction';
import type { NewPortfolio } from './portfolio';
import { insertAccount, insertPortfolio, listCalendars, portfolioNamed } from './store';

/** Creates a portfolio with its first account and returns its id. Throws NAME_TAKEN, UNKNOWN_CALENDAR, FORBIDDEN. */
export async function createPortfolio(actor: Actor, input: NewPortfolio): Promise<string> {
  authorize(actor, 'portfolio.manage', { portfolioId: null });
  return inTransaction(async (tx, now) => {
    if (await portfolioNamed(input.name, tx)) {
      throw new DomainError('NAME_TAKEN', `There is a portfolio "${input.name}" already. Choose another name.`, {
        data: { fields: { name: ['This name is taken.'] } },
      });
    }
    if (!(await listCalendars(tx)).some((calendar) => calendar.id === input.calendarId)) {
      throw new DomainError('UNKNOWN_CALENDAR', 'Choose one of the trading calendars.', {
        kind: 'invalid',
        data: { fields: { calendarId: ['Choose one of the list.'] } },
      });
    }
    const id = newId();
    await insertPortfolio(tx, {
      id,
      name: input.name,
      baseCurrency: input.baseCurrency,
      timeZone: input.timeZone,
      calendarId: input.calendarId,
      sessionStart: input.sessionStart,
      snapshotIntervalMs: input.snapshotIntervalSeconds * 1000,
      createdAt: now,
      createdBy: actorRef(actor),
    });
    await insertAccount(tx, { id: newId(), portfolioId: id, code: input.accountCode, createdAt: now });
    recordEvent(tx, {
      type: 'portfolio.created',
      actor,
      subject: { kind: 'portfolio', id },
      portfolioId: id,
      data: { ...input },
    });
    publish(tx, 'portfolios');
    return id;
  });
}
