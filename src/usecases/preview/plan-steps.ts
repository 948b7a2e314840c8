import type { Tx } from '../../db/client.js';
import { workingDaysOf } from '../../db/queries/accounts.js';
import { readOpens } from '../../db/queries/contact-opens.js';
import { readHolidays } from '../../db/queries/holiday-calendars.js';
import { readAbsences } from '../../db/queries/user-absences.js';
import { plansByOpens } from '../../domain/enrollment/enrollment.js';
import { firstEmailWarnings } from '../../domain/enrollment/first-email.js';
import { playThrough, type Play } from '../../domain/enrollment/play-through/play-through.js';
import type { PlayedStep } from '../../domain/enrollment/play-through/played-steps.js';
import { scriptProblems } from '../../domain/enrollment/play-through/script.js';
import type { Warning } from '../../domain/segment/selection.js';
import type { Absences, Instant, LocalDate } from '../../domain/time/types.js';
import { refuseDraft } from '../sequence/edit-sequence.js';

/** How many are played through at a time. */
const perTurn = 25;

/** An enrollment that is not made: the part of it that differs from one contact to the next. */
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

/** Plays enrollments of one call through, and reads what they share once. */
export interface StepPlanner {
  /** Every step of each enrollment with its date, in their order; refuses a sequence that cannot be played. */
  play(planned: readonly Planned[]): Promise<readonly PlannedSteps[]>;
}

/** Every step of an enrollment with its date, and what its sender may want to know of them. */
export interface PlannedSteps {
  readonly steps: readonly PlayedStep[];
  readonly warnings: readonly Warning[];
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
  const opensOf = (planned: readonly Planned[]) => {
    const asked = planned.filter(({ definition }) => plansByOpens(definition));
    const contactIds = asked.map(({ people }) => people.contactId);
    return readOpens(tx, accountId, contactIds);
  };
  return {
    play: async (planned) => {
      const opensBy = await opensOf(planned);
      const workingDays = await workingDaysOf(tx, accountId);
      const played: PlannedSteps[] = [];
      for (const { people, ...one } of planned) {
        const holidays = await holidaysOf(one.definition.settings.holidayCalendarIds);
        const absences = await absencesOf(people);
        const opens = opensBy.get(people.contactId);
        const play = {
          ...{ ...one, ...assuming, workingDays, holidays, at, script: [] },
          ...(absences && { absences }),
          ...(opens && { opens }),
        };
        const [problem] = scriptProblems(play);
        if (problem) return refuseDraft([problem]);
        const { steps } = playThrough(play);
        played.push({ steps, warnings: firstEmailWarnings(steps, play) });
        // Lets other calls have their turn in between.
        if (played.length % perTurn === 0) await new Promise(setImmediate);
      }
      return played;
    },
  };
}
