import type { SequenceDefinition } from '../../sequence/definition.js';
import { findStep } from '../../sequence/definition.js';
import type { DraftProblem } from '../../sequence/draft.js';
import { crowdedFrom, maxHolidayCalendars, maxWorkingDays } from '../../holiday/calendar.js';
import type { Instant, LocalDate } from '../../time/types.js';
import type { EnrollmentStart } from '../choices.js';
import type { MeetingOrigin } from '../stopping.js';

/** The scripted events that carry nothing but a time; they concern the enrollment or its company. */
export const scriptedTypes = [
  'reply',
  'company_reply',
  'company_meeting',
  'resume',
  'unenroll',
] as const;

/** Something that happens to an enrollment while it is played through. */
export type ScriptedEvent =
  | { readonly type: (typeof scriptedTypes)[number]; readonly at: Instant }
  /** When `via` is absent, somebody logged it. */
  | {
      readonly type: 'meeting';
      readonly at: Instant;
      readonly via?: MeetingOrigin | undefined;
    }
  /** When `until` is absent, it lasts until it is lifted. */
  | { readonly type: 'pause'; readonly at: Instant; readonly until?: Instant | undefined }
  /** An automatic answer, with the return that it names. */
  | {
      readonly type: 'out_of_office';
      readonly at: Instant;
      readonly returnAt?: Instant | undefined;
    }
  /** Skips the step that the enrollment is at; with `stepId`, only if it is that step. */
  | {
      readonly type: 'skip_step';
      readonly at: Instant;
      readonly stepId?: string | undefined;
    }
  /** Completes a step's task at an instant, or a number of days after its creation, counted as delays count them. */
  | { readonly type: 'complete_task'; readonly stepId: string; readonly at: Instant }
  | { readonly type: 'complete_task'; readonly stepId: string; readonly afterDays: number };

/** An event with its time and its index in the script; the index is null for a completion that is assumed. */
export interface TimedEvent {
  readonly event: ScriptedEvent;
  readonly at: Instant;
  readonly index: number | null;
}

/** The most steps and scripted events that are played through. */
export const maxPlayedSteps = 500;
export const maxScriptedEvents = 200;
/** The longest wait for a task, as long as the longest delay. */
export const maxAfterDays = 90;

/** As many days as all calendars of a sequence may take together, so that the planner always finds a day. */
const maxWorkingDaysOff = maxHolidayCalendars * maxWorkingDays;
/** Dates of a whole life can be computed between these years. */
const years = { first: '1970-01-01', beyond: '3000-01-01' } as const;

/** A script with the enrollment that it is about. */
export interface ScriptToCheck {
  readonly definition: SequenceDefinition;
  /** All days that are no business days, those of its calendars included. */
  readonly holidays: ReadonlySet<LocalDate>;
  /** When the enrollment is made; nothing happens to it before. */
  readonly at: Instant;
  /** Where and when it begins; when absent, at the first step and at once. */
  readonly start?: EnrollmentStart | undefined;
  readonly script: readonly ScriptedEvent[];
  /** After how many days a required task that the script does not complete is completed; null for never. */
  readonly completeTasksAfterDays: number | null;
}

/** All that is wrong with a script, with pointers such as `/script/2/at`. */
export function scriptProblems(play: ScriptToCheck): readonly DraftProblem[] {
  const { definition, script, completeTasksAfterDays } = play;
  return [
    ...tooMany('/steps', definition.steps.length, maxPlayedSteps),
    ...tooMany('/script', script.length, maxScriptedEvents),
    ...timeProblems('/from', play.at),
    ...startProblems(play),
    ...holidayProblems(play.holidays),
    ...daysProblems('/completeTasksAfterDays', completeTasksAfterDays ?? 0),
    ...script.flatMap((event, index) => eventProblems(event, `/script/${index}`, play)),
  ];
}

function eventProblems(
  event: ScriptedEvent,
  pointer: string,
  { definition, at }: ScriptToCheck,
): readonly DraftProblem[] {
  const problems: DraftProblem[] = [];
  for (const name of ['at', 'until', 'returnAt'] as const) {
    const time: unknown = Reflect.get(event, name);
    if (typeof time === 'string') problems.push(...timeProblems(`${pointer}/${name}`, time));
  }
  if ('at' in event && event.at < at) {
    const message = `Nothing happens before the enrollment, which is made at ${at}.`;
    problems.push({ pointer: `${pointer}/at`, code: 'before_start', message });
  }
  if ('afterDays' in event) problems.push(...daysProblems(`${pointer}/afterDays`, event.afterDays));
  if (!('stepId' in event) || event.stepId === undefined) return problems;
  const step = findStep(definition, event.stepId)?.step;
  const place = `${pointer}/stepId`;
  if (step === undefined) {
    const message = `No step has the id "${event.stepId}".`;
    problems.push({ pointer: place, code: 'unknown_step', message });
  } else if (event.type === 'complete_task' && step.kind === 'automated_email') {
    const message = `Step "${step.id}" is an automated email and makes no task.`;
    problems.push({ pointer: place, code: 'not_for_this_kind', message });
  }
  return problems;
}

function startProblems({ definition, at, start = {} }: ScriptToCheck): readonly DraftProblem[] {
  const { startStepId, firstStepAt } = start;
  const problems: DraftProblem[] = [];
  if (startStepId !== undefined && findStep(definition, startStepId) === undefined) {
    const message = `No step has the id "${startStepId}".`;
    problems.push({ pointer: '/startStepId', code: 'unknown_step', message });
  }
  if (firstStepAt === undefined) return problems;
  problems.push(...timeProblems('/firstStepAt', firstStepAt));
  if (firstStepAt < at) {
    const message = `Lies before the enrollment, which is made at ${at}.`;
    problems.push({ pointer: '/firstStepAt', code: 'in_the_past', message });
  }
  return problems;
}

function timeProblems(pointer: string, at: Instant): readonly DraftProblem[] {
  if (at >= years.first && at < years.beyond) return [];
  const message = 'A time in the years 1970 to 2999.';
  return [{ pointer, code: 'out_of_range', message }];
}

function holidayProblems(holidays: ReadonlySet<LocalDate>): readonly DraftProblem[] {
  const from = crowdedFrom(holidays, maxWorkingDaysOff);
  if (from === undefined) return [];
  const message = `At most ${maxWorkingDaysOff} days from Monday to Friday out of 370 days are holidays, those of the calendars included; from ${from} on there are more.`;
  return [{ pointer: '/holidays', code: 'too_many_working_days', message }];
}

function tooMany(pointer: string, count: number, most: number): readonly DraftProblem[] {
  if (count <= most) return [];
  const message = `At most ${most} are played through, not ${count}.`;
  return [{ pointer, code: 'too_many', message }];
}

function daysProblems(pointer: string, days: number): readonly DraftProblem[] {
  if (Number.isInteger(days) && days >= 0 && days <= maxAfterDays) return [];
  const message = `A whole number of days from 0 to ${maxAfterDays}, not ${days}.`;
  return [{ pointer, code: 'days_out_of_range', message }];
}
