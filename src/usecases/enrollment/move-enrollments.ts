import { newId } from '../../db/new-id.js';
import { liveIds } from '../../db/queries/enrollments/list.js';
import { readHolidays } from '../../db/queries/holiday-calendars.js';
import type { Sequence } from '../../db/queries/sequences.js';
import {
  readMoving,
  saveDecisions,
  versionsOf,
  type DecidedChange,
  type MovingEnrollment,
} from '../../db/queries/version-changes.js';
import { changeVersion } from '../../domain/enrollment/change-version.js';
import { createImpactTally, type Impact } from '../../domain/enrollment/impact.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import { passOnAll } from './pass-on.js';
import { happeningOf, type Act } from '../act.js';

/** How many rows are read, locked and written at a time. */
const perChunk = 500;
/** How many workflows are told before the answer; the sweeper tells the others. A step that was put off waits until then. */
const toldAtOnce = 20;

/**
 * Moves all live enrollments of a sequence to its version, for the steps that they have not run, in the act's transaction;
 * returns how many. The sequence must be locked.
 */
export async function moveEnrollments(act: Act, sequence: Sequence): Promise<number> {
  const { tx, accountId, now } = act;
  const { version: toVersion, definition } = sequence;
  const holidays = await readHolidays(tx, accountId, definition.settings.holidayCalendarIds);
  const moved: string[] = [];
  for await (const chunk of chunksOf(act, sequence.id, { lock: true, to: definition })) {
    const moves = chunk
      .filter(({ row }) => row.sequenceVersion !== toVersion)
      .map((moving): DecidedChange => {
        const message = { type: 'versionChanged', messageId: newId(now) } as const;
        const fromVersion = moving.row.sequenceVersion;
        const change = { fromVersion, toVersion, definition, holidays };
        const happening = { ...happeningOf(act), messageId: message.messageId };
        return { row: moving.row, message, decision: changeVersion(moving, change, happening) };
      });
    await saveDecisions(tx, accountId, moves, toVersion);
    moved.push(...moves.map(({ row }) => row.id));
  }
  passOnAll(act, moved.slice(0, toldAtOnce));
  return moved.length;
}

/** What `moveEnrollments` would do if this were the version of the sequence. Changes nothing. */
export async function previewImpact(
  act: Act,
  sequenceId: string,
  to: { readonly toVersion: number; readonly definition: SequenceDefinition },
): Promise<Impact> {
  const ids = to.definition.settings.holidayCalendarIds;
  const holidays = await readHolidays(act.tx, act.accountId, ids);
  const tally = createImpactTally({ ...to, holidays }, happeningOf(act));
  for await (const chunk of chunksOf(act, sequenceId, { lock: false, to: to.definition })) {
    for (const moving of chunk) {
      if (moving.row.sequenceVersion === to.toVersion) continue;
      tally.add({ ...moving, id: moving.row.id, version: moving.row.sequenceVersion });
    }
  }
  return tally.result();
}

/** The live enrollments of a sequence, by id. */
async function* chunksOf(
  { tx, accountId }: Act,
  sequenceId: string,
  options: { readonly lock: boolean; readonly to: SequenceDefinition },
): AsyncGenerator<readonly MovingEnrollment[]> {
  const ids = await liveIds(tx, accountId, sequenceId);
  const versions = await versionsOf(tx, accountId, sequenceId);
  for (let from = 0; from < ids.length; from += perChunk) {
    yield readMoving(tx, accountId, ids.slice(from, from + perChunk), {
      ...options,
      versionsOf: () => Promise.resolve(versions),
    });
  }
}
