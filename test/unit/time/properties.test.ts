import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';

import { isEligibleDate } from '../../../src/domain/time/business-days.js';
import { fitToWindow } from '../../../src/domain/time/fit-to-window.js';
import { explain, formatLocal } from '../../../src/domain/time/format.js';
import { planStep } from '../../../src/domain/time/plan-step.js';
import { planRest, restOfDelay } from '../../../src/domain/time/rest.js';
import { taskDueAt } from '../../../src/domain/time/task-due.js';
import type { Calendar, Instant, StepToPlan } from '../../../src/domain/time/types.js';
import {
  localDateAt,
  localMinuteAt,
  localTimeAt,
  resolveLocal,
} from '../../../src/domain/time/zone.js';
import { anyCalendar, anyInstant } from './fixtures.js';

const anyStep: fc.Arbitrary<StepToPlan> = fc.record({
  kind: fc.constantFrom('email', 'task'),
  after: anyInstant,
  delayDays: fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 90 })),
});
const anyEmail = anyStep.map((step) => ({ ...step, kind: 'email' as const }));

/** The hours in which no zone of ours changes its clock: order of clocks is order of instants. */
const anyDaytime = fc.integer({ min: 4 * 60, max: 23 * 60 - 1 });

function eligible(instant: Instant, calendar: Calendar): boolean {
  return isEligibleDate(localDateAt(instant, calendar.timeZone), calendar);
}

/** Whether no clock is changed on the local day of an instant. */
function isPlainDay(instant: Instant, calendar: Calendar): boolean {
  const { date } = localTimeAt(instant, calendar.timeZone);
  const start = Date.parse(resolveLocal({ date, clockMs: 0 }, calendar.timeZone).at);
  const end = Date.parse(resolveLocal({ date, clockMs: 86_400_000 }, calendar.timeZone).at);
  return end - start === 86_400_000;
}

function inWindow(instant: Instant, calendar: Calendar): boolean {
  const minute = localMinuteAt(instant, calendar.timeZone);
  return minute >= calendar.sendWindowStartMinute && minute < calendar.sendWindowEndMinute;
}

describe('planStep, in every calendar', () => {
  it('SEQ-01: is never before the step before it', () => {
    fc.assert(
      fc.property(anyStep, anyCalendar, (step, calendar) => {
        expect(planStep(step, calendar).dueAt >= step.after).toBe(true);
      }),
    );
  });

  it('SET-02: lies on an eligible day, but for a task without delay', () => {
    fc.assert(
      fc.property(anyStep, anyCalendar, (step, calendar) => {
        fc.pre(step.kind === 'email' || step.delayDays > 0);
        expect(eligible(planStep(step, calendar).dueAt, calendar)).toBe(true);
      }),
    );
  });

  it('SET-07: an email lies in the window, on each day that has all its hours once', () => {
    fc.assert(
      fc.property(anyEmail, anyCalendar, (step, calendar) => {
        const { dueAt } = planStep(step, calendar);
        fc.pre(isPlainDay(dueAt, calendar));
        expect(inWindow(dueAt, calendar)).toBe(true);
      }),
    );
  });

  it('SET-07: an email is a fixed point: fitted again, or planned again at once, it stays', () => {
    fc.assert(
      fc.property(anyEmail, anyCalendar, (step, calendar) => {
        const { dueAt } = planStep(step, calendar);
        expect(fitToWindow(dueAt, calendar)).toEqual({ dueAt, why: [] });
        expect(planStep({ ...step, after: dueAt, delayDays: 0 }, calendar).dueAt).toBe(dueAt);
      }),
    );
  });

  it('SET-05: a later date with the same clock is never planned earlier', () => {
    fc.assert(
      fc.property(
        anyStep,
        anyCalendar,
        anyDaytime,
        fc.integer({ min: 1, max: 9 }),
        (step, calendar, minute, days) => {
          const date = localDateAt(step.after, calendar.timeZone);
          const laterOn = new Date(Date.parse(`${date}T00:00:00.000Z`) + days * 86_400_000);
          const clockMs = minute * 60_000;
          const earlier = resolveLocal({ date, clockMs }, calendar.timeZone).at;
          const later = resolveLocal(
            { date: laterOn.toISOString().slice(0, 10), clockMs },
            calendar.timeZone,
          ).at;
          const first = planStep({ ...step, after: earlier }, calendar).dueAt;
          expect(planStep({ ...step, after: later }, calendar).dueAt >= first).toBe(true);
        },
      ),
    );
  });

  it('SET-05: a later clock on the same date is never planned earlier', () => {
    fc.assert(
      fc.property(
        anyStep,
        anyCalendar,
        fc.tuple(anyDaytime, anyDaytime),
        (step, calendar, minutes) => {
          const date = localDateAt(step.after, calendar.timeZone);
          const [first, second] = [Math.min(...minutes), Math.max(...minutes)].map((minute) => {
            const after = resolveLocal({ date, clockMs: minute * 60_000 }, calendar.timeZone).at;
            return planStep({ ...step, after }, calendar).dueAt;
          });
          expect((first ?? '') <= (second ?? '')).toBe(true);
        },
      ),
    );
  });

  it('SET-14: a longer delay is never planned earlier', () => {
    fc.assert(
      fc.property(anyStep, anyCalendar, (step, calendar) => {
        fc.pre(step.delayDays > 1);
        const shorter = planStep({ ...step, delayDays: step.delayDays - 1 }, calendar);
        expect(planStep(step, calendar).dueAt >= shorter.dueAt).toBe(true);
      }),
    );
  });

  it('SET-04: the chain begins with the delay and can be told', () => {
    fc.assert(
      fc.property(anyStep, anyCalendar, (step, calendar) => {
        const { why } = planStep(step, calendar);
        expect(why[0]).toMatchObject({ rule: 'delay', days: step.delayDays, from: step.after });
        expect(explain(why, calendar.timeZone)).toMatch(
          /^(right|\d+ (business|calendar) days?) after /,
        );
      }),
    );
  });
});

describe('fitToWindow, in every calendar', () => {
  it('SET-06: is never earlier than its input, is allowed, and is a fixed point', () => {
    fc.assert(
      fc.property(anyInstant, anyCalendar, (instant, calendar) => {
        const { dueAt, why } = fitToWindow(instant, calendar);
        expect(dueAt >= instant).toBe(true);
        expect(eligible(dueAt, calendar)).toBe(true);
        expect(why.length > 0).toBe(dueAt !== instant);
        expect(fitToWindow(dueAt, calendar)).toEqual({ dueAt, why: [] });
      }),
    );
  });

  it('SET-06: a later input never gives an earlier result', () => {
    fc.assert(
      fc.property(
        anyInstant,
        fc.integer({ min: 0, max: 3 * 86_400_000 }),
        anyCalendar,
        (instant, aheadMs, calendar) => {
          const later = new Date(Date.parse(instant) + aheadMs).toISOString();
          const first = fitToWindow(instant, calendar).dueAt;
          expect(fitToWindow(later, calendar).dueAt >= first).toBe(true);
        },
      ),
    );
  });
});

describe('rest, in every calendar', () => {
  const anyWait = fc.integer({ min: 0, max: 12 * 86_400_000 });

  /** Of an hour that comes twice the earlier is meant: only that one can be told by the clock. */
  function isFirstPass(instant: Instant, calendar: Calendar): boolean {
    const local = localTimeAt(instant, calendar.timeZone);
    return resolveLocal(local, calendar.timeZone).at === instant;
  }

  it('SET-04: resumed at the instant of the pause, an email is due when it was', () => {
    fc.assert(
      fc.property(anyEmail, anyCalendar, anyWait, (step, calendar, waitMs) => {
        const { dueAt } = planStep(step, calendar);
        const pausedAt = new Date(Date.parse(dueAt) - waitMs).toISOString();
        fc.pre(isFirstPass(dueAt, calendar) && isFirstPass(pausedAt, calendar));
        // A pause before the delay has begun could win back a time of day that was past by then.
        fc.pre(calendar.opens === undefined || pausedAt >= step.after);
        const restMs = restOfDelay({ pausedAt, dueAt }, calendar);
        const plan = planRest({ kind: 'email', resumedAt: pausedAt, restMs }, calendar);
        expect(plan.dueAt).toBe(dueAt);
      }),
    );
  });

  it('SET-04: a rest is never before the resumption, and an email of it may go out then', () => {
    fc.assert(
      fc.property(anyStep, anyCalendar, anyWait, (step, calendar, restMs) => {
        const plan = planRest({ kind: step.kind, resumedAt: step.after, restMs }, calendar);
        expect(plan.dueAt >= step.after).toBe(true);
        expect(plan.why[0]).toEqual({ rule: 'resumed', at: step.after, restMs });
        if (step.kind === 'email') {
          expect(fitToWindow(plan.dueAt, calendar).dueAt).toBe(plan.dueAt);
        } else if (restMs > 0) {
          expect(eligible(plan.dueAt, calendar)).toBe(true);
        }
      }),
    );
  });

  it('SET-04: pausing twice keeps what pausing once keeps', () => {
    fc.assert(
      fc.property(anyEmail, anyCalendar, anyWait, anyWait, (step, calendar, firstMs, secondMs) => {
        const { dueAt } = planStep(step, calendar);
        const middle = new Date(Date.parse(dueAt) - Math.min(firstMs, secondMs)).toISOString();
        const early = new Date(Date.parse(dueAt) - Math.max(firstMs, secondMs)).toISOString();
        fc.pre([dueAt, middle, early].every((instant) => isPlainDay(instant, calendar)));
        const whole = restOfDelay({ pausedAt: early, dueAt }, calendar);
        const parts =
          restOfDelay({ pausedAt: early, dueAt: middle }, calendar) +
          restOfDelay({ pausedAt: middle, dueAt }, calendar);
        expect(parts).toBe(whole);
      }),
    );
  });
});

describe('the zone of the process', () => {
  const own = process.env['TZ'];

  afterEach(() => {
    process.env['TZ'] = own;
  });

  it('SET-09: changes nothing', () => {
    const everything = (step: StepToPlan, calendar: Calendar) => ({
      plan: planStep(step, calendar),
      fitted: fitToWindow(step.after, calendar),
      due: taskDueAt(step.after, calendar),
      told: formatLocal(step.after, calendar.timeZone),
    });
    fc.assert(
      fc.property(
        anyStep,
        anyCalendar,
        fc.constantFrom('Pacific/Apia', 'America/St_Johns', 'Africa/Cairo'),
        (step, calendar, foreign) => {
          process.env['TZ'] = own;
          const here = everything(step, calendar);
          process.env['TZ'] = foreign;
          expect(everything(step, calendar)).toEqual(here);
        },
      ),
    );
  });
});
