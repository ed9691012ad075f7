import { expect, test } from 'vitest';
import { CalendarException, dayIn, withException } from './calendar-exception';

const today = '2026-11-23';
const held = { '2026-11-26': null, '2026-11-27': ['09:30', '13:00'] as [string, string] };

test('a day is closed, closes early, or becomes a regular one again', () => {
  const set = (day: string, hours: CalendarException['hours']) => withException(held, { day, hours }, today);
  expect(set('2026-12-24', 'closed')).toEqual({ exceptions: { ...held, '2026-12-24': null } });
  expect(set('2026-11-26', { opens: '09:30', closes: '12:00' })).toMatchObject({
    exceptions: { '2026-11-26': ['09:30', '12:00'] },
  });
  expect(set('2026-11-27', 'regular')).toEqual({ exceptions: { '2026-11-26': null } });
});

test('what is over, far ahead, or said already is refused in words', () => {
  const fault = (day: string, hours: CalendarException['hours']) => withException(held, { day, hours }, today);
  expect(fault('2026-11-22', 'closed')).toEqual({ fault: expect.stringMatching(/stand as they were/) });
  expect(fault('2031-01-01', 'closed')).toEqual({ fault: expect.stringMatching(/3 years/) });
  expect(fault('2026-11-26', 'closed')).toEqual({ fault: expect.stringMatching(/already/) });
  expect(fault('2026-11-24', 'regular')).toEqual({ fault: expect.stringMatching(/regular/) });
});

test('hours are times of a day in their order', () => {
  const read = (hours: unknown) =>
    CalendarException.safeParse({ calendarId: 'XNYS', day: '2026-12-24', hours, reason: 'Christmas Eve.' }).success;
  expect([
    read({ opens: '09:30', closes: '13:00' }),
    read({ opens: '00:00', closes: '24:00' }),
    read('closed'),
  ]).toEqual([true, true, true]);
  expect([read({ opens: '13:00', closes: '09:30' }), read({ opens: '9', closes: '13:00' }), read(null)]).toEqual([
    false,
    false,
    false,
  ]);
  expect(dayIn('Asia/Tokyo', new Date('2026-11-23T20:00:00Z'))).toBe('2026-11-24');
});
