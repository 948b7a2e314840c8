import { describe, expect, it } from 'vitest';
import { noHolidays } from '../../../src/domain/enrollment/enrollment.js';
import {
  maxAfterDays,
  maxPlayedSteps,
  maxScriptedEvents,
  scriptProblems,
  type ScriptedEvent,
  type ScriptToCheck,
} from '../../../src/domain/enrollment/play-through/script.js';
import { allHolidays } from '../time/fixtures.js';
import { call, definition, monday } from './cases.js';

const problems = (changes: Partial<ScriptToCheck> = {}) =>
  scriptProblems({
    definition,
    holidays: noHolidays,
    at: monday,
    script: [],
    completeTasksAfterDays: 0,
    ...changes,
  });
const ofEvent = (event: ScriptedEvent) => problems({ script: [event] });
const pause = { type: 'pause', at: monday } as const;
const calls = (count: number) => ({
  ...definition,
  steps: Array.from({ length: count }, (_, index) => call(`c${index}`, 0, true)),
});
const beforeMonday = '2026-11-23T14:59:59.999Z';
const lastInstant = '2999-12-31T23:59:59.999Z';
const beyond = '3000-01-01T00:00:00.000Z';

describe('the bounds of a script', () => {
  it('5.3: finds nothing wrong with an empty one, nor with one of every event', () => {
    expect(problems()).toEqual([]);
    const script: ScriptedEvent[] = [
      { type: 'reply', at: monday },
      { type: 'pause', at: monday, until: lastInstant },
      { type: 'out_of_office', at: monday, returnAt: lastInstant },
      { type: 'skip_step', at: monday },
      { type: 'skip_step', at: monday, stepId: undefined },
      { type: 'skip_step', at: monday, stepId: 'one' },
      { type: 'complete_task', stepId: 'call', afterDays: 3 },
    ];
    expect(problems({ script, start: { startStepId: 'two', firstStepAt: monday } })).toEqual([]);
  });

  it('5.3: plays at most 500 steps and 200 events', () => {
    expect([maxPlayedSteps, maxScriptedEvents]).toEqual([500, 200]);
    expect(problems({ definition: calls(500) })).toEqual([]);
    expect(problems({ definition: calls(501) })).toEqual([
      { pointer: '/steps', code: 'too_many', message: 'At most 500 are played through, not 501.' },
    ]);
    const events = (count: number) => Array.from({ length: count }, () => pause);
    expect(problems({ script: events(200) })).toEqual([]);
    expect(problems({ script: events(201) })).toEqual([
      { pointer: '/script', code: 'too_many', message: 'At most 200 are played through, not 201.' },
    ]);
  });

  it.each(['1970-01-01T00:00:00.000Z', lastInstant])('5.3: plays from %s', (at) => {
    expect(problems({ at })).toEqual([]);
  });

  it.each(['1969-12-31T23:59:59.999Z', beyond])('5.3: does not play from %s', (at) => {
    expect(problems({ at })).toEqual([
      { pointer: '/from', code: 'out_of_range', message: 'A time in the years 1970 to 2999.' },
    ]);
  });

  it('5.3: each time of an event lies in those years too', () => {
    const code = 'out_of_range';
    expect(
      problems({
        script: [
          { type: 'reply', at: beyond },
          { type: 'pause', at: monday, until: beyond },
          { type: 'out_of_office', at: monday, returnAt: beyond },
        ],
      }),
    ).toMatchObject([
      { pointer: '/script/0/at', code },
      { pointer: '/script/1/until', code },
      { pointer: '/script/2/returnAt', code },
    ]);
  });

  it('5.3: nothing happens before the enrollment is made', () => {
    expect(ofEvent({ type: 'reply', at: monday })).toEqual([]);
    expect(ofEvent({ type: 'reply', at: beforeMonday })).toEqual([
      {
        pointer: '/script/0/at',
        code: 'before_start',
        message: `Nothing happens before the enrollment, which is made at ${monday}.`,
      },
    ]);
  });

  it('5.3: takes out at most 250 working days of 370', () => {
    expect(problems({ holidays: allHolidays('2026-11-23') })).toEqual([
      {
        pointer: '/holidays',
        code: 'too_many_working_days',
        message:
          'At most 250 days from Monday to Friday out of 370 days are holidays, those of the calendars included; from 2026-11-23 on there are more.',
      },
    ]);
    const working = [...allHolidays('2026-11-23')].filter(
      (date) => ![0, 6].includes(new Date(date).getUTCDay()),
    );
    expect(problems({ holidays: new Set(working.slice(0, 250)) })).toEqual([]);
    expect(problems({ holidays: new Set(working.slice(0, 251)) })).toHaveLength(1);
  });
});

describe('the days after which tasks of a script are completed', () => {
  const code = 'days_out_of_range';

  it('TSK-11: are whole, from 0 to 90, for each task and for all that are waited for', () => {
    expect(maxAfterDays).toBe(90);
    for (const days of [0, 1, 90]) {
      expect(ofEvent({ type: 'complete_task', stepId: 'call', afterDays: days })).toEqual([]);
      expect(problems({ completeTasksAfterDays: days })).toEqual([]);
    }
    for (const days of [-1, 0.5, 91, Number.NaN]) {
      const message = `A whole number of days from 0 to 90, not ${days}.`;
      expect(ofEvent({ type: 'complete_task', stepId: 'call', afterDays: days })).toEqual([
        { pointer: '/script/0/afterDays', code, message },
      ]);
      expect(problems({ completeTasksAfterDays: days })).toEqual([
        { pointer: '/completeTasksAfterDays', code, message },
      ]);
    }
  });

  it('TSK-11: may be left open: the task is never completed then', () => {
    expect(problems({ completeTasksAfterDays: null })).toEqual([]);
  });
});

describe('the steps that a script names', () => {
  it('5.3: are in the sequence', () => {
    const problem = {
      pointer: '/script/0/stepId',
      code: 'unknown_step',
      message: 'No step has the id "nowhere".',
    };
    expect(ofEvent({ type: 'skip_step', at: monday, stepId: 'nowhere' })).toEqual([problem]);
    expect(ofEvent({ type: 'complete_task', at: monday, stepId: 'nowhere' })).toEqual([problem]);
  });

  it('SEQ-04: have a task when it is that which is completed', () => {
    expect(ofEvent({ type: 'complete_task', stepId: 'one', afterDays: 1 })).toEqual([
      {
        pointer: '/script/0/stepId',
        code: 'not_for_this_kind',
        message: 'Step "one" is an automated email and makes no task.',
      },
    ]);
    expect(ofEvent({ type: 'skip_step', at: monday, stepId: 'one' })).toEqual([]);
  });
});

describe('where and when a play begins', () => {
  it('ENR-13: at a step of the sequence', () => {
    expect(problems({ start: { startStepId: 'nowhere' } })).toEqual([
      {
        pointer: '/startStepId',
        code: 'unknown_step',
        message: 'No step has the id "nowhere".',
      },
    ]);
  });

  it('SET-13: not before the enrollment is made', () => {
    expect(problems({ start: { firstStepAt: monday } })).toEqual([]);
    expect(problems({ start: { firstStepAt: beforeMonday } })).toEqual([
      {
        pointer: '/firstStepAt',
        code: 'in_the_past',
        message: `Lies before the enrollment, which is made at ${monday}.`,
      },
    ]);
    expect(problems({ start: { firstStepAt: beyond } })).toMatchObject([
      { pointer: '/firstStepAt', code: 'out_of_range' },
    ]);
  });
});
