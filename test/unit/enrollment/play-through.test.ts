import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noHolidays } from '../../../src/domain/enrollment/enrollment.js';
import {
  playThrough,
  type Play,
  type PlayedLife,
} from '../../../src/domain/enrollment/play-through/play-through.js';
import type { ScriptedEvent } from '../../../src/domain/enrollment/play-through/script.js';
import { defaultSettings, type SequenceSettings } from '../../../src/domain/sequence/definition.js';
import type { Step } from '../../../src/domain/sequence/step.js';
import { localIso } from '../../../src/domain/time/format.js';
import { allHolidays, at, shown } from '../time/fixtures.js';
import { call, definition, email, monday } from './cases.js';

const newYork = 'America/New_York';

function play(changes: Partial<Play> = {}): PlayedLife {
  return playThrough({
    definition,
    timeZone: newYork,
    holidays: noHolidays,
    at: monday,
    script: [],
    completeTasksAfterDays: 0,
    ...changes,
  });
}

const of = (steps: readonly Step[], settings: Partial<SequenceSettings> = {}) => ({
  steps,
  settings: {
    ...defaultSettings,
    sendWindowStartMinute: 0,
    sendWindowEndMinute: 1440,
    ...settings,
  },
});

const lines = ({ timeline }: PlayedLife) =>
  timeline.map(({ type, stepId, at: when }) =>
    [type, stepId, shown(when, newYork)].filter((part) => part !== null).join(' '),
  );

const plans = ({ steps }: PlayedLife) =>
  steps.map(({ plannedAt }) => (plannedAt === null ? null : shown(plannedAt, newYork)));

describe('a sequence that is played through', () => {
  it('2.2: marks the dates of a paused sequence, which rest on when it is resumed', () => {
    const held = play({ isHeld: true, start: { startStepId: 'two' } });
    expect(plans(held)).toEqual(plans(play({ start: { startStepId: 'two' } })));
    const marks = held.steps.map(({ outcome, assumesResuming }) => [outcome, assumesResuming]);
    expect(marks).toEqual([['before_start', false], ...marks.slice(1).map(() => ['done', true])]);
    expect(play().steps.map(({ assumesResuming }) => assumesResuming)).not.toContain(true);
  });

  it('SEQ-01: runs every step once, in order, at its planned instant, and finishes', () => {
    const life = play();
    expect(lines(life)).toEqual([
      'enrolled Mon 2026-11-23 10:00',
      'email_sent one Mon 2026-11-23 10:00',
      'email_sent two Wed 2026-11-25 10:00',
      'task_created call Thu 2026-11-26 00:00',
      'task_completed call Thu 2026-11-26 00:00',
      'email_sent last Tue 2026-12-01 08:00',
      'finished Tue 2026-12-01 08:00',
    ]);
    expect(life.standing).toMatchObject({ state: 'finished', reason: 'all_steps' });
    expect(life.steps[3]?.why.map(({ rule }) => rule)).toEqual([
      ...['delay', 'weekend', 'before_window'],
    ]);
  });

  it('SEQ-05: an entry names neither a send nor a task, since there are none', () => {
    const data = play().timeline.map((entry) => Object.keys(entry.data));
    expect(data.flat()).not.toContain('taskId');
    expect(data.flat()).not.toContain('sendId');
  });

  it('worked dates 1 and 20: three business days after Thursday 17:00, and a day more over a holiday', () => {
    const thursday = at('2026-11-26 17:00', newYork);
    const two = of([email('one', 0), email('two', 3)]);
    expect(plans(play({ definition: two, at: thursday }))[1]).toBe('Tue 2026-12-01 17:00');
    const holidays = new Set(['2026-11-30']);
    expect(plans(play({ definition: two, at: thursday, holidays }))[1]).toBe(
      'Wed 2026-12-02 17:00',
    );
  });

  it('TSK-11: a task that nobody completes is waited for at the end', () => {
    const life = play({ completeTasksAfterDays: null });
    expect(life.standing).toMatchObject({ state: 'waiting_task', stepId: 'call', nextAt: null });
    expect(life.steps.map(({ outcome }) => outcome)).toEqual([
      ...['done', 'done', 'waiting', 'not_reached'],
    ]);
    expect(life.explanation).toContain('Waits until the task of step 3');
  });

  it('worked date 13: the delay counts from the completion, so many business days after the creation', () => {
    const late = of([call('call', 0, true), email('after', 2)]);
    const script: ScriptedEvent[] = [{ type: 'complete_task', stepId: 'call', afterDays: 5 }];
    const life = play({ definition: late, script });
    expect(plans(life)[1]).toBe('Wed 2026-12-02 10:00');
    expect(life.steps[1]?.assumesCompletionOf).toEqual([]);
    expect(plans(play({ definition: late, completeTasksAfterDays: 5 }))).toEqual(plans(life));
  });

  it('TSK-11: marks what rests on a completion that nobody said', () => {
    const steps = play().steps.map(({ assumesCompletionOf }) => assumesCompletionOf);
    expect(steps).toEqual([[], [], [], ['call']]);
    const script: ScriptedEvent[] = [
      { type: 'complete_task', stepId: 'call', at: at('2026-11-27 12:00', newYork) },
    ];
    const told = play({ script });
    expect(told.steps.flatMap(({ assumesCompletionOf }) => assumesCompletionOf)).toEqual([]);
    expect(plans(told)[3]).toBe('Wed 2026-12-02 12:00');
  });

  it('TSK-11: a task that is completed again stays as it is, and nothing is refused', () => {
    const done = { type: 'complete_task', stepId: 'call', afterDays: 1 } as const;
    const late = at('2026-12-01 12:00', newYork);
    const again: ScriptedEvent[] = [{ ...done, afterDays: 3 }, done, { ...done, at: late }];
    const life = play({ script: again });
    expect(life).toMatchObject({ ...play({ script: [done] }), refused: [] });
    const completions = life.timeline.filter(({ type }) => type === 'task_completed');
    expect(completions).toHaveLength(1);
  });

  it('TSK-11: a task that was skipped is not completed any more', () => {
    const script: ScriptedEvent[] = [
      { type: 'skip_step', stepId: 'call', at: at('2026-11-27 12:00', newYork) },
      { type: 'complete_task', stepId: 'call', at: at('2026-11-27 13:00', newYork) },
    ];
    expect(play({ script }).refused).toMatchObject([{ index: 1, code: 'TASK_CLOSED' }]);
  });

  it('TSK-13: a task that is not waited for may be completed later, and holds nothing up', () => {
    const steps = of([call('call', 0, false), email('after', 2)]);
    const script: ScriptedEvent[] = [{ type: 'complete_task', stepId: 'call', afterDays: 9 }];
    const life = play({ definition: steps, script });
    expect(lines(life).slice(2)).toEqual([
      'email_sent after Wed 2026-11-25 10:00',
      'finished Wed 2026-11-25 10:00',
      'task_completed call Fri 2026-12-04 10:00',
    ]);
  });

  it('ENR-20 ENR-21: a reply and a meeting end it, and what comes later is refused', () => {
    const when = at('2026-11-24 09:00', newYork);
    for (const [what, reason] of [
      [{ type: 'reply' }, 'replied'],
      [{ type: 'meeting', via: 'link' }, 'meeting_link'],
      [{ type: 'meeting', via: 'logged' }, 'meeting_logged'],
      [{ type: 'meeting' }, 'meeting_logged'],
    ] as const) {
      const life = play({
        script: [
          { ...what, at: when },
          { type: 'pause', at: when },
        ],
      });
      expect(life.standing).toMatchObject({ state: 'unenrolled', reason, endedAt: when });
      expect(life.refused).toMatchObject([{ index: 1, code: 'ENROLLMENT_ENDED' }]);
      expect(life.steps.map(({ outcome }) => outcome)).toEqual([
        ...['done', 'not_reached', 'not_reached', 'not_reached'],
      ]);
    }
  });

  it('ENR-22: a colleague’s reply ends it only where the sequence says so', () => {
    const script: ScriptedEvent[] = [
      { type: 'company_reply', at: at('2026-11-24 09:00', newYork) },
    ];
    expect(play({ script })).toMatchObject({
      standing: { state: 'finished' },
      refused: [{ index: 0, code: 'INVALID_STATE' }],
    });
    const linked = of(definition.steps, { unenrollCompany: true });
    expect(play({ definition: linked, script }).standing.reason).toBe('company_replied');
  });

  it('worked date 12: a three-day delay, paused after two, resumed in a month: one day left', () => {
    const script: ScriptedEvent[] = [
      { type: 'resume', at: at('2026-12-23 10:00', newYork) },
      { type: 'pause', at: at('2026-11-25 10:00', newYork) },
    ];
    const life = play({ definition: of([email('one', 0), email('two', 3)]), script });
    expect(plans(life)[1]).toBe('Thu 2026-12-24 10:00');
    expect(life.steps[1]?.why).toMatchObject([{ rule: 'resumed', restMs: 86_400_000 }]);
    const forever = play({ script: script.slice(1) });
    expect(forever.standing).toMatchObject({ state: 'paused', nextAt: null });
  });

  it('worked date 18: an automatic answer pauses until the return, and the rest of the delay runs on', () => {
    const script: ScriptedEvent[] = [
      {
        type: 'out_of_office',
        at: at('2026-11-25 10:00', newYork),
        returnAt: at('2026-12-07 09:00', newYork),
      },
    ];
    const steps = of([email('one', 0), email('two', 3)]);
    const life = play({ definition: steps, script });
    expect(lines(life).slice(2)).toEqual([
      'paused two Wed 2026-11-25 10:00',
      'resumed two Mon 2026-12-07 09:00',
      'email_sent two Tue 2026-12-08 09:00',
      'finished Tue 2026-12-08 09:00',
    ]);
    const byPerson: ScriptedEvent = { type: 'pause', at: at('2026-11-24 10:00', newYork) };
    const held = play({ definition: steps, script: [byPerson, ...script] });
    expect(held.standing).toMatchObject({ state: 'paused', reason: 'manual' });
    expect(held.refused).toMatchObject([{ index: 1 }]);
    const ending = play({
      definition: steps,
      script: [{ ...byPerson, until: at('2026-11-26 10:00', newYork) }],
    });
    expect(plans(ending)[1]).toBe('Mon 2026-11-30 10:00');
  });

  it('a step is skipped, and a skipped parent stops its answer where the sequence says so', () => {
    const answer: Step = { ...email('answer', 1), threading: { kind: 'reply', toStepId: 'two' } };
    const steps = [email('one', 0), email('two', 2), answer];
    const script: ScriptedEvent[] = [{ type: 'skip_step', at: at('2026-11-24 10:00', newYork) }];
    const life = play({ definition: of(steps), script });
    expect(life.steps.map(({ outcome }) => outcome)).toEqual(['done', 'skipped', 'done']);
    const strict = of(steps, { onParentMissing: 'stop' });
    expect(play({ definition: strict, script }).standing).toMatchObject({
      state: 'errored',
      reason: 'thread_parent_missing',
    });
  });

  it('tells what it cannot play: too early, unknown, too much', () => {
    const refused = (changes: Partial<Play>) => {
      expect(() => play(changes)).toThrow(RangeError);
    };
    refused({ script: [{ type: 'reply', at: '2026-11-23T14:59:59.999Z' }] });
    refused({ script: [{ type: 'complete_task', stepId: 'nowhere', afterDays: 1 }] });
    refused({ script: [{ type: 'complete_task', stepId: 'one', afterDays: 1 }] });
    refused({ script: [{ type: 'complete_task', stepId: 'call', afterDays: 91 }] });
    refused({ script: Array.from({ length: 201 }, () => ({ type: 'pause', at: monday })) });
    refused({ at: '3000-01-01T00:00:00.000Z' });
    refused({ holidays: allHolidays('2026-11-23') });
    const calls = Array.from({ length: 501 }, (_, index) => call(`c${index}`, 0, true));
    refused({ definition: of(calls) });
  });

  it('ENR-13 SET-13: begins at a step and a time that were chosen, and leaves out what comes before', () => {
    const firstStepAt = at('2026-11-28 07:30', newYork);
    const life = play({ start: { startStepId: 'two', firstStepAt } });
    expect(life.steps.map(({ outcome }) => outcome)).toEqual([
      ...['before_start', 'done', 'done', 'done'],
    ]);
    expect(plans(life).slice(0, 2)).toEqual([null, 'Sat 2026-11-28 07:30']);
    expect(life.timeline[0]?.data).toMatchObject({ state: 'scheduled' });
    const refused = (start: Play['start']) => {
      expect(() => play({ start })).toThrow(RangeError);
    };
    refused({ startStepId: 'nowhere' });
    refused({ firstStepAt: '2026-11-01T00:00:00.000Z' });
  });

  it('says when a task that was to be completed was never created', () => {
    const script: ScriptedEvent[] = [
      { type: 'reply', at: at('2026-11-24 09:00', newYork) },
      { type: 'complete_task', stepId: 'call', afterDays: 1 },
    ];
    expect(play({ script }).refused).toMatchObject([{ index: 1, at: null }]);
  });
});

const stepOf = (index: number) =>
  fc
    .record({
      isEmail: fc.boolean(),
      delayDays: fc.integer({ min: 0, max: 20 }),
      waits: fc.boolean(),
    })
    .map(({ isEmail, delayDays, waits }) => {
      const delay = index === 0 ? 0 : delayDays;
      return isEmail ? email(`s${index}`, delay) : call(`s${index}`, delay, waits);
    });

const anyEvent = fc
  .record({
    type: fc.constantFrom('pause', 'resume', 'skip_step', 'company_reply', 'reply'),
    hours: fc.integer({ min: 0, max: 2000 }),
  })
  .map(({ type, hours }): ScriptedEvent => ({
    type,
    at: new Date(Date.parse(monday) + hours * 3_600_000).toISOString(),
  }));

describe('any play', () => {
  const anyPlay = fc.record({
    steps: fc
      .integer({ min: 1, max: 8 })
      .chain((count) => fc.tuple(...Array.from({ length: count }, (_, index) => stepOf(index)))),
    script: fc.array(anyEvent, { maxLength: 12 }),
    completeTasksAfterDays: fc.option(fc.integer({ min: 0, max: 10 })),
    timeZone: fc.constantFrom(newYork, 'Asia/Tokyo', 'Australia/Lord_Howe'),
  });

  it('SEQ-01: comes to an end; time never goes back; each step runs at most once, in order', () => {
    fc.assert(
      fc.property(anyPlay, ({ steps, ...rest }) => {
        const life = play({ definition: of(steps), ...rest });
        const times = life.timeline.map((entry) => entry.at);
        expect(times).toEqual([...times].sort());
        const ran = life.timeline.flatMap(({ type, stepId }) =>
          ['email_sent', 'task_created'].includes(type) ? [stepId] : [],
        );
        expect(ran).toEqual(steps.map(({ id }) => id).filter((id) => ran.includes(id)));
        expect(life.standing.nextAt).toBeNull();
      }),
    );
  });

  it('SEQ-20: a step more at the end changes no date before it', () => {
    fc.assert(
      fc.property(anyPlay, ({ steps, completeTasksAfterDays, timeZone }) => {
        fc.pre(steps.length > 1);
        const base = { timeZone, completeTasksAfterDays };
        const whole = play({ definition: of(steps), ...base });
        const head = play({ definition: of(steps.slice(0, -1)), ...base });
        const known = head.steps.map(({ plannedAt }) => plannedAt);
        expect(whole.steps.map(({ plannedAt }) => plannedAt).slice(0, -1)).toEqual(known);
      }),
    );
  });

  it('local times with an offset name the same instants', () => {
    fc.assert(
      fc.property(
        fc.date({ min: new Date('2000-01-01'), max: new Date('2100-01-01'), noInvalidDate: true }),
        fc.constantFrom(newYork, 'Asia/Kathmandu', 'Australia/Lord_Howe', 'UTC'),
        (date, timeZone) => {
          expect(new Date(localIso(date.toISOString(), timeZone))).toEqual(date);
        },
      ),
    );
    expect(localIso('2026-12-01T22:00:00.000Z', newYork)).toBe('2026-12-01T17:00:00.000-05:00');
    expect(localIso('2026-12-01T22:00:00.000Z', 'Asia/Kathmandu')).toBe(
      '2026-12-02T03:45:00.000+05:45',
    );
  });
});
