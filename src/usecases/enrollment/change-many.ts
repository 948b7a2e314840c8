import { allowLong } from '../../db/allow-long.js';
import { newId } from '../../db/new-id.js';
import {
  readLive,
  type EnrollmentRecord,
  type LockedEnrollment,
  type ReadMany,
} from '../../db/queries/enrollments/read.js';
import { saveDecisions, type DecidedChange } from '../../db/queries/enrollments/save.js';
import type { Decision } from '../../domain/enrollment/enrollment.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import type { Happening } from '../../domain/enrollment/progress.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import { happeningOf, type Act } from '../act.js';
import { passOn } from './pass-on.js';

/** How many rows are read, locked and written at a time. */
const perChunk = 500;

/**
 * Makes a workflow look again at where its enrollment stands, whatever has changed. It is named after the first change
 * that it was sent for.
 */
const lookAgain = 'versionChanged';

/** A change of many enrollments, one decision each. */
export interface ManyChange {
  /** What is decided for a live enrollment; undefined leaves it as it is. */
  readonly decide: (current: LockedEnrollment, happening: Happening) => Decision | undefined;
  /** What the workflows are told; if left out, to look again at where they stand. */
  readonly tell?: EnrollmentMessage['type'];
  /** The version of their sequence, which must be locked, that they run from now on. */
  readonly to?: { readonly version: number; readonly definition: SequenceDefinition };
}

/**
 * Changes those of many enrollments that are live, in the act's transaction and in chunks. Returns the ids of those
 * that were changed. `ids` must be in ascending order, the order in which enrollments are locked everywhere.
 */
export async function changeMany(
  act: Act,
  ids: readonly string[],
  { decide, tell = lookAgain, to }: ManyChange,
): Promise<readonly string[]> {
  const { tx, accountId, now } = act;
  const changed: string[] = [];
  const options = { lock: true, ...(to && { to: to.definition }) };
  for await (const chunk of readMany(act, ids, options)) {
    const changes = chunk.flatMap((locked): DecidedChange[] => {
      const message: EnrollmentMessage = { type: tell, messageId: newId(now) };
      const { messageId } = message;
      const decision = decide(locked, { ...happeningOf(act), messageId });
      return decision === undefined ? [] : [{ locked, decision, message }];
    });
    await saveDecisions(tx, accountId, changes, to?.version);
    changed.push(...changes.map(({ locked }) => locked.row.id));
  }
  passOn(act, changed);
  return changed;
}

/** Reads those of many enrollments that are live, in the order of `ids` and a chunk at a time. */
export async function* readMany(
  { tx, accountId }: Act,
  ids: readonly string[],
  options: ReadMany,
): AsyncGenerator<readonly EnrollmentRecord[]> {
  if (ids.length > perChunk) await allowLong(tx);
  for (let from = 0; from < ids.length; from += perChunk) {
    yield readLive(tx, accountId, ids.slice(from, from + perChunk), options);
  }
}
