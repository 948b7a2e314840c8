import type { Tx } from '../../db/client.js';
import { readOpens } from '../../db/queries/contact-opens.js';
import { readHolidays } from '../../db/queries/holiday-calendars.js';
import { readAbsences } from '../../db/queries/user-absences.js';
import { plansByOpens } from '../../domain/enrollment/enrollment.js';
import { playThrough, type Play } from '../../domain/enrollment/play-through/play-through.js';
import type { PlayedStep } from '../../domain/enrollment/play-through/played-steps.js';
import { scriptProblems } from '../../domain/enrollment/play-through/script.js';
import type { Absences, Instant, LocalDate } from '../../domain/time/types.js';
import { refuseDraft } from '../sequence/edit-sequence.js';

/** An enrollment that is not made, as far as it differs from one contact to the next. */
export interface Planned extends Pick<
  Play,
  'definition' | 'timeZone' | 'start' | 'standing' | 'firstSlot'
> {
  readonly people: {
    readonly contactId: string;
    readonly senderId: string;
    readonly taskAssigneeId: string;
  };
}

/** Plays enrollments of one call through, and reads once what they share. */
export interface StepPlanner {
  /** Every step with its date; refuses a sequence that cannot be played. */
  steps(planned: Planned): Promise<readonly PlayedStep[]>;
}

export function createStepPlanner(
  context: { readonly tx: Tx; readonly accountId: string; readonly now: Instant },
  assuming: Pick<Play, 'completeTasksAfterDays' | 'isHeld'>,
): StepPlanner {
  const { tx, accountId, now: at } = context;
  const holidaysBy = new Map<string, ReadonlySet<LocalDate>>();
  const absencesBy = new Map<string, Absences | undefined>();
  const holidaysOf = async (ids: readonly string[]): Promise<ReadonlySet<LocalDate>> => {
    const key = ids.join();
    const holidays = holidaysBy.get(key) ?? (await readHolidays(tx, accountId, ids));
    holidaysBy.set(key, holidays);
    return holidays;
  };
  const absencesOf = async (people: Planned['people']): Promise<Absences | undefined> => {
    const key = `${people.senderId} ${people.taskAssigneeId}`;
    const absences = absencesBy.has(key)
      ? absencesBy.get(key)
      : await readAbsences(tx, accountId, people);
    absencesBy.set(key, absences);
    return absences;
  };
  const opensOf = async (contactId: string): Promise<readonly Instant[] | undefined> =>
    (await readOpens(tx, accountId, [contactId])).get(contactId);
  return {
    steps: async ({ people, ...planned }) => {
      const holidays = await holidaysOf(planned.definition.settings.holidayCalendarIds);
      const absences = await absencesOf(people);
      const opens = plansByOpens(planned.definition) ? await opensOf(people.contactId) : undefined;
      const play = {
        ...{ ...planned, ...assuming, holidays, at, script: [] },
        ...(absences && { absences }),
        ...(opens && { opens }),
      };
      const [problem] = scriptProblems(play);
      if (problem) return refuseDraft([problem]);
      return playThrough(play).steps;
    },
  };
}
