import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { afterAttempt, reminderMail } from '../../../src/domain/task/reminder.js';
import { addDays } from '../../../src/domain/time/local-date.js';
import { taskReminderAt } from '../../../src/domain/time/task-reminder.js';
import { instantAt, localDateAt, localMinuteAt } from '../../../src/domain/time/zone.js';
import { anyInstant, anyZone, at, shown } from '../time/fixtures.js';

const newYork = 'America/New_York';
const nuuk = 'America/Nuuk';

describe('taskReminderAt', () => {
  it('TSK-06: is the minute of the day on which the task is made, in its zone', () => {
    const made = at('2026-11-26 00:00', newYork);
    expect(shown(taskReminderAt(made, 9 * 60, newYork), newYork)).toBe('Thu 2026-11-26 09:00');
    const late = at('2026-11-26 23:30', newYork);
    expect(shown(taskReminderAt(late, 1439, newYork), newYork)).toBe('Thu 2026-11-26 23:59');
  });

  it('TSK-05: is at once when the minute has passed', () => {
    const made = at('2026-11-26 09:01', newYork);
    expect(taskReminderAt(made, 9 * 60, newYork)).toBe(made);
  });

  it('TSK-06: is an hour later where the clock skips the minute', () => {
    const made = at('2027-03-14 00:00', newYork);
    expect(shown(taskReminderAt(made, 150, newYork), newYork)).toBe('Sun 2027-03-14 03:30');
  });

  it('TSK-06: is on the next day where the clock skips the last hour of the day', () => {
    const made = at('2027-03-27 22:00', nuuk);
    expect(shown(taskReminderAt(made, 22 * 60 + 59, nuuk), nuuk)).toBe('Sat 2027-03-27 22:59');
    expect(shown(taskReminderAt(made, 23 * 60, nuuk), nuuk)).toBe('Sun 2027-03-28 00:00');
    expect(shown(taskReminderAt(made, 23 * 60 + 30, nuuk), nuuk)).toBe('Sun 2027-03-28 00:30');
  });

  /** Whether the day of an instant ends before this minute of it comes. */
  const endsBefore = (made: string, minute: number, zone: string): boolean => {
    const midnight = instantAt(addDays(localDateAt(made, zone), 1), 0, zone);
    const last = new Date(Date.parse(midnight) - 1).toISOString();
    return localMinuteAt(last, zone) < minute;
  };

  it('TSK-06: is never before the task, and on its day', () => {
    fc.assert(
      fc.property(anyInstant, fc.integer({ min: 0, max: 1439 }), anyZone, (made, minute, zone) => {
        const reminded = taskReminderAt(made, minute, zone);
        expect(reminded >= made).toBe(true);
        const day = localDateAt(made, zone);
        const hasMinute = !endsBefore(made, minute, zone);
        expect(localDateAt(reminded, zone)).toBe(hasMinute ? day : addDays(day, 1));
        if (reminded > made && hasMinute) {
          expect(localMinuteAt(reminded, zone)).toBeGreaterThanOrEqual(minute);
        }
      }),
    );
  });
});

describe('afterAttempt', () => {
  const now = '2026-11-26T10:00:00.000Z';

  it('TSK-05: one that was taken, refused or may have arrived is not sent again', () => {
    expect(afterAttempt('taken', 1, now)).toEqual({ state: 'sent' });
    expect(afterAttempt('refused', 1, now)).toEqual({ state: 'failed' });
    expect(afterAttempt('unknown', 1, now)).toEqual({ state: 'unknown' });
  });

  it('TSK-05: one that was not possible is tried again, ever later, and given up in the end', () => {
    const next = (attempts: number) => afterAttempt('not_now', attempts, now);
    expect(next(1)).toEqual({ state: 'waiting', at: '2026-11-26T10:01:00.000Z' });
    expect(next(5)).toEqual({ state: 'waiting', at: '2026-11-26T10:16:00.000Z' });
    expect(next(10)).toEqual({ state: 'failed' });
  });
});

describe('reminderMail', () => {
  const task = {
    title: 'Call Ada',
    notes: '',
    dueAt: at('2026-11-26 17:00', newYork),
    timeZone: newYork,
    contactName: null,
  };

  it('TSK-05: says what is to be done, about whom, and until when', () => {
    const mail = reminderMail({ ...task, notes: '\n Ask her back\n', contactName: 'Ada King' });
    expect(mail).toEqual({
      subject: 'Task: Call Ada',
      text: 'Call Ada\nContact: Ada King\nDue: Thu 26 Nov 2026 17:00 New York\n\nAsk her back\n',
    });
    const text = 'Call Ada\nDue: Thu 26 Nov 2026 17:00 New York\n';
    expect(reminderMail(task).text).toBe(text);
    expect(reminderMail({ ...task, notes: ' \n' }).text).toBe(text);
  });

  it('TSK-05: has a subject of one line whatever a value brought along', () => {
    expect(reminderMail({ ...task, title: 'Call\r\nBcc: x@example.com' }).subject).toBe(
      'Task: Call Bcc: x@example.com',
    );
    expect(reminderMail({ ...task, title: '\nCall Ada\n' }).subject).toBe('Task: Call Ada');
  });
});
