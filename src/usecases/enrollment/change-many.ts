import { newId } from '../../db/new-id.js';
import {
  readMoving,
  saveDecisions,
  versionsOf,
  type DecidedChange,
  type MovingEnrollment,
} from '../../db/queries/version-changes.js';
import type { Decision } from '../../domain/enrollment/enrollment.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import type { Happening } from '../../domain/enrollment/progress.js';
import { happeningOf, type Act } from '../act.js';
import { passOnAll } from './pass-on.js';

/** How many rows are read, locked and written at a time. */
const perChunk = 500;
/** How many workflows are told before the answer; the sweeper tells the others. Postgres alone holds a send until then. */
const toldAtOnce = 20;

/** A change of many enrollments, one decision each. */
export interface CrowdChange {
  /** What is decided for a live enrollment; undefined leaves it as it is. */
  readonly decide: (current: MovingEnrollment, happening: Happening) => Decision | undefined;
  /** What the workflows are told: without it to look again at where they stand. */
  readonly tell?: EnrollmentMessage['type'];
}

/**
 * Changes those of many enrollments that are live, in the act's transaction and in chunks, and returns the ids of those
 * that were changed. `ids` must be in ascending order, the order in which enrollments are locked everywhere.
 */
export async function changeCrowd(
  act: Act,
  ids: readonly string[],
  { decide, tell = 'versionChanged' }: CrowdChange,
): Promise<readonly string[]> {
  const { tx, accountId, now } = act;
  const known = new Map<string, ReturnType<typeof versionsOf>>();
  const versionsOnce = (sequenceId: string): ReturnType<typeof versionsOf> => {
    const versions = known.get(sequenceId) ?? versionsOf(tx, accountId, sequenceId);
    known.set(sequenceId, versions);
    return versions;
  };
  const changed: string[] = [];
  for (let from = 0; from < ids.length; from += perChunk) {
    const options = { lock: true, versionsOf: versionsOnce };
    const chunk = await readMoving(tx, accountId, ids.slice(from, from + perChunk), options);
    const changes = chunk.flatMap((current): DecidedChange[] => {
      const message: EnrollmentMessage = { type: tell, messageId: newId(now) };
      const { messageId } = message;
      const decision = decide(current, { ...happeningOf(act), messageId });
      return decision === undefined ? [] : [{ row: current.row, message, decision }];
    });
    await saveDecisions(tx, accountId, changes);
    changed.push(...changes.map(({ row }) => row.id));
  }
  passOnAll(act, changed.slice(0, toldAtOnce));
  return changed;
}
