import { liveIds } from '../../db/queries/enrollments/live.js';
import { readHolidays } from '../../db/queries/holiday-calendars.js';
import type { Sequence } from '../../db/queries/sequences.js';
import { changeVersion } from '../../domain/enrollment/change-version.js';
import { createImpactTally, type Impact } from '../../domain/enrollment/impact.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import { happeningOf, type Act } from '../act.js';
import { changeMany, readMany } from './change-many.js';

/**
 * Moves all live enrollments of a sequence to its version, for the steps that they have not run, in the act's transaction;
 * returns how many. The sequence must be locked.
 */
export async function moveEnrollments(act: Act, sequence: Sequence): Promise<number> {
  const { tx, accountId } = act;
  const { version: toVersion, definition } = sequence;
  const holidays = await readHolidays(tx, accountId, definition.settings.holidayCalendarIds);
  const ids = await liveIds(tx, accountId, { sequenceId: sequence.id });
  const moved = await changeMany(act, ids, {
    to: { version: toVersion, definition },
    decide: (current, happening) => {
      const fromVersion = current.row.sequenceVersion;
      if (fromVersion === toVersion) return undefined;
      return changeVersion(current, { fromVersion, toVersion, definition, holidays }, happening);
    },
  });
  return moved.length;
}

/** What `moveEnrollments` would do if this were the version of the sequence. Changes nothing. */
export async function previewImpact(
  act: Act,
  sequenceId: string,
  to: { readonly toVersion: number; readonly definition: SequenceDefinition },
): Promise<Impact> {
  const { tx, accountId } = act;
  const holidays = await readHolidays(tx, accountId, to.definition.settings.holidayCalendarIds);
  const tally = createImpactTally({ ...to, holidays }, happeningOf(act));
  const ids = await liveIds(tx, accountId, { sequenceId });
  for await (const chunk of readMany(act, ids, { lock: false, to: to.definition })) {
    for (const current of chunk) {
      if (current.row.sequenceVersion === to.toVersion) continue;
      tally.add({ ...current, id: current.row.id, version: current.row.sequenceVersion });
    }
  }
  return tally.result();
}
