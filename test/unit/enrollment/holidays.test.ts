import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyMessage } from '../../../src/domain/enrollment/apply-message.js';
import type { EnrollmentCase } from '../../../src/domain/enrollment/enrollment.js';
import { lateEmail } from '../../../src/domain/enrollment/postpone.js';
import { begin, goOn } from '../../../src/domain/enrollment/progress.js';
import { defaultSettings } from '../../../src/domain/sequence/definition.js';
import { addDays } from '../../../src/domain/time/local-date.js';
import { localDateAt } from '../../../src/domain/time/zone.js';
import { anyZone, at, shown } from '../time/fixtures.js';
import { by, call, definition, email, started } from './cases.js';

const newYork = 'America/New_York';
const sent = { type: 'email_sent', data: {} } as const;

function closedOn(dates: readonly string[], changes: Partial<EnrollmentCase> = {}): EnrollmentCase {
  return { ...started(), ...changes, holidays: new Set(dates) };
}

/** After its first step, at a local time. */
function afterFirst(current: EnrollmentCase, local: string): EnrollmentCase {
  const now = at(local, current.timeZone);
  const { definition: steps, timeZone } = current;
  const begun = { ...current, standing: begin(steps, { at: now, timeZone }) };
  return { ...begun, standing: goOn(begun, 'one', by(now), sent).standing };
}

describe('an enrollment with a holiday calendar', () => {
  it('SET-02 worked date 20: a follow-up steps over the holiday, and says so', () => {
    const steps = { ...definition, steps: [email('one', 0), email('two', 1)] };
    const current = closedOn(['2026-11-26'], { definition: steps });
    const { standing } = afterFirst(current, '2026-11-25 17:00');
    expect(shown(standing.nextAt ?? '', newYork)).toBe('Fri 2026-11-27 17:00');
    expect(standing.why.at(-1)).toEqual({
      rule: 'holiday',
      on: '2026-11-26',
      movedTo: '2026-11-27',
    });
  });

  it('SET-01: its first step runs on a holiday too', () => {
    const current = closedOn(['2026-11-23']);
    expect(lateEmail(current, at('2026-11-23 10:00', newYork))).toBeUndefined();
  });

  it('SET-02: an email that falls due on what has become a holiday waits for the next day', () => {
    const current = afterFirst(closedOn([]), '2026-11-23 10:00');
    expect(shown(current.standing.nextAt ?? '', newYork)).toBe('Wed 2026-11-25 10:00');
    const now = closedOn(['2026-11-25', '2026-11-26'], { standing: current.standing });
    const later = lateEmail(now, current.standing.nextAt ?? '');
    expect(shown(later?.nextAt ?? '', newYork)).toBe('Fri 2026-11-27 08:00');
  });

  it('SET-09: the date of a holiday is that of the enrollment’s zone, not of UTC', () => {
    const settings = { ...defaultSettings, eligibleFollowUpDays: 'EVERYDAY' as const };
    const steps = { settings, steps: [email('one', 0), email('two', 1)] };
    const plannedIn = (timeZone: string, local: string) => {
      const current = closedOn(['2026-11-26'], { timeZone, definition: steps });
      return shown(afterFirst(current, local).standing.nextAt ?? '', timeZone);
    };
    // Thursday 09:00 in Auckland is still Wednesday in UTC; Wednesday 17:30 in Los Angeles is Thursday there.
    expect(plannedIn('Pacific/Auckland', '2026-11-25 09:00')).toBe('Fri 2026-11-27 09:00');
    expect(plannedIn('America/Los_Angeles', '2026-11-24 17:30')).toBe('Wed 2026-11-25 17:30');
  });

  it('SET-05: keeps its clock over a holiday on the day that the clock is changed', () => {
    const settings = { ...defaultSettings, eligibleFollowUpDays: 'EVERYDAY' as const };
    const steps = { settings, steps: [email('one', 0), email('two', 1)] };
    const current = closedOn(['2026-11-01'], { definition: steps });
    const { standing } = afterFirst(current, '2026-10-31 09:00');
    expect(shown(standing.nextAt ?? '', newYork)).toBe('Mon 2026-11-02 09:00');
  });

  it('TSK-02: a task is not made on a holiday either', () => {
    const steps = { ...definition, steps: [email('one', 0), call('call', 1, true)] };
    const current = closedOn(['2026-11-26'], { definition: steps });
    const { standing } = afterFirst(current, '2026-11-25 17:00');
    expect(shown(standing.nextAt ?? '', newYork)).toBe('Fri 2026-11-27 00:00');
  });

  it('SET-02: no follow-up is ever planned on a holiday: after a step, a pause, a resumption', () => {
    const minute = fc.integer({ min: 0, max: 500 * 1440 });
    const instant = minute.map((past) =>
      new Date(Date.UTC(2026, 0, 1) + past * 60_000).toISOString(),
    );
    const holidays = fc
      .uniqueArray(fc.integer({ min: 0, max: 560 }), { maxLength: 60 })
      .map((days) => days.map((past) => addDays('2026-01-01', past)));
    const days = fc.constantFrom(
      'BUSINESS_DAYS' as const,
      'WEEKDAYS_ONLY' as const,
      'EVERYDAY' as const,
    );
    fc.assert(
      fc.property(
        holidays,
        anyZone,
        days,
        fc.tuple(instant, minute, fc.boolean()),
        (dates, timeZone, eligibleFollowUpDays, [now, past, asTask]) => {
          const next = asTask ? call('next', 2, false) : email('next', 2);
          const settings = { ...defaultSettings, eligibleFollowUpDays };
          const current = closedOn(dates, {
            timeZone,
            definition: { settings, steps: [email('one', 0), next] },
          });
          const followUp = { ...current, standing: goOn(current, 'one', by(now), sent).standing };
          const isOpen = (dueAt: string | null) =>
            dueAt !== null && !current.holidays.has(localDateAt(dueAt, timeZone));
          expect(isOpen(followUp.standing.nextAt)).toBe(true);
          const paused = applyMessage(followUp, { type: 'pause', messageId: 'p' }, by(now));
          if (paused.kind === 'refusal') throw new Error(paused.detail);
          fc.pre((paused.standing.restMs ?? 0) > 0);
          const later = new Date(Date.parse(now) + past * 60_000).toISOString();
          const resumed = applyMessage(
            { ...followUp, standing: paused.standing },
            { type: 'resume', messageId: 'r' },
            by(later),
          );
          if (resumed.kind === 'refusal') throw new Error(resumed.detail);
          expect(isOpen(resumed.standing.nextAt)).toBe(true);
        },
      ),
    );
  });
});
