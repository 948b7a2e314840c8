import { describe, expect, it } from 'vitest';
import { replan, type Replanning } from '../../../src/domain/enrollment/replan.js';
import type { Standing } from '../../../src/domain/enrollment/enrollment.js';
import type { Step } from '../../../src/domain/sequence/step.js';
import type { Calendar, Why } from '../../../src/domain/time/types.js';
import { at, calendarIn, rulesOf, shown } from '../time/fixtures.js';
import { call, email, monday, started } from './cases.js';

const newYork = 'America/New_York';
const window = { sendWindowStartMinute: 480, sendWindowEndMinute: 1080 };
const calendar = calendarIn(newYork, window);
/** The same with a window that opens at 11:00. */
const late = { ...calendar, sendWindowStartMinute: 660 };
const of = (step: Step, by: Calendar = calendar) => ({ step, calendar: by });
const delay = (from = monday): Why => ({ rule: 'delay', days: 2, unit: 'business_days', from });
const resumed: Why = { rule: 'resumed', at: monday, restMs: 2 * 86_400_000 };
const standing = (why: readonly Why[], lastDoneAt: string | null = monday): Standing => ({
  ...started().standing,
  stepId: 'two',
  lastDoneAt,
  wantedClockMs: null,
  why,
});
const planned = (given: Standing, versions: Replanning, now: string) =>
  replan({ ...started(), standing: given }, versions, now);
const moved = (given: Standing, versions: Replanning, now = monday) => {
  const plan = planned(given, versions, now);
  return plan && shown(plan.dueAt, newYork);
};
const twoDays = email('two', 2);
const threeDays = email('two', 3);

describe('a step that is planned by another version', () => {
  it('EDT-10: counts from what its delay counted from, else from the step before it', () => {
    const versions = { from: of(twoDays), to: of(threeDays) };
    const tuesday = at('2026-11-24 12:00', newYork);
    expect(moved(standing([delay()], tuesday), versions)).toBe('Thu 2026-11-26 10:00');
    expect(moved(standing([], tuesday), versions)).toBe('Fri 2026-11-27 12:00');
    const leave: Why = { rule: 'leave', wanted: monday, movedTo: tuesday };
    expect(moved(standing([leave], tuesday), versions)).toBe('Fri 2026-11-27 12:00');
  });

  it('EDT-10: keeps its date where both versions plan the same', () => {
    const same = { from: of(twoDays), to: of({ ...twoDays, email: { subject: 'x', html: 'y' } }) };
    expect(moved(standing([delay()]), same)).toBeUndefined();
  });

  it('SET-01: keeps its date when it is the first, and when a server put it off', () => {
    const versions = { from: of(twoDays), to: of(threeDays) };
    expect(moved(standing([delay()], null), versions)).toBeUndefined();
    for (const rule of ['deferred', 'no_connection'] as const) {
      expect(moved(standing([{ rule, at: monday }]), versions)).toBeUndefined();
    }
    const unreadable = { rule: 'password_unreadable', since: monday } as const;
    expect(moved(standing([unreadable]), versions)).toBeUndefined();
  });

  it('TSK-02: is planned as a task when it is one', () => {
    const versions = { from: of(call('two', 2, true)), to: of(call('two', 3, true)) };
    expect(moved(standing([delay()]), versions)).toBe('Thu 2026-11-26 00:00');
  });

  it('is overdue only when its new date is past', () => {
    const versions = { from: of(twoDays), to: of(threeDays) };
    const due = at('2026-11-26 10:00', newYork);
    const onTime = planned(standing([delay()]), versions, due);
    expect(onTime).toMatchObject({ dueAt: due });
    expect(onTime && rulesOf(onTime)).toEqual(['delay']);
    const evening = at('2026-11-26 20:00', newYork);
    const past = planned(standing([delay()]), versions, evening);
    expect(past && rulesOf(past)).toEqual(['delay', 'overdue', 'after_window']);
    expect(past && shown(past.dueAt, newYork)).toBe('Fri 2026-11-27 08:00');
  });

  it('SEQ-16: a task that is overdue is created now, whatever the hour', () => {
    const versions = { from: of(call('two', 2, true)), to: of(call('two', 1, true)) };
    const night = at('2026-11-24 23:00', newYork);
    expect(planned(standing([delay()]), versions, night)).toEqual({
      dueAt: night,
      why: [
        { rule: 'delay', days: 1, unit: 'business_days', from: monday },
        { rule: 'start_of_day', on: '2026-11-24' },
        { rule: 'overdue', movedTo: night },
      ],
    });
  });
});

describe('a step whose contact has opened mails', () => {
  /** Five opens at 14:00. */
  const opens = [16, 17, 18, 19, 20].map((day) => at(`2026-11-${day} 14:00`, newYork));
  const from = of(twoDays, { ...calendar, opens });
  const to = of(twoDays, { ...late, opens });
  const usual: Why = { rule: 'usual_open_time', minute: 840, movedTo: monday };
  const leave: Why = { rule: 'leave', wanted: monday, movedTo: monday };

  it('SET-08: is compared by what opens said when it was planned: nothing, so the window moves it', () => {
    expect(moved(standing([delay()]), { from, to })).toBe('Wed 2026-11-25 14:00');
    expect(moved(standing([resumed]), { from, to })).toBe('Wed 2026-11-25 14:00');
  });

  it('SET-08: is compared by the minute that it was planned with, so the window moves nothing', () => {
    expect(moved(standing([delay(), usual]), { from, to })).toBeUndefined();
    expect(moved(standing([delay(), usual, leave]), { from, to })).toBeUndefined();
  });

  it('SET-08: is compared by all opens when its date was not planned by a delay', () => {
    expect(moved(standing([leave]), { from, to })).toBeUndefined();
    expect(moved(standing([]), { from, to })).toBeUndefined();
  });
});
