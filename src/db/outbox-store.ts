import { outlineOf } from '../domain/sequence/outline.js';
import type { BulkRef, BulkStart } from '../contract/bulk.js';
import type { OutboxItem, OutboxStore } from '../contract/gateway.js';
import type { Db } from './client.js';
import { countItemsOf } from './queries/bulk-enrollment-items.js';
import { findUntoldBulk, noteBulkTold } from './queries/bulk-enrollments.js';
import { deleteWords, pendingWord, type PendingWord } from './queries/outbox.js';
import { findUntoldTaskEmail, noteTaskEmailTold } from './queries/task-emails.js';
import { statusOf } from '../domain/enrollment/status.js';

/** The outbox in Postgres, as the gateway to Temporal sees it. */
export function createOutboxStore(db: Db): OutboxStore {
  return {
    pending: async (ref) => (await pendingWord(db, ref)).map(itemOf),
    done: together((ids) => deleteWords(db, ids)),
    pendingBulk: (ref) => bulkStartOf(db, ref),
    bulkDone: ({ accountId, bulkId }) => noteBulkTold(db, accountId, bulkId),
    pendingTaskEmail: ({ accountId, taskId }) => findUntoldTaskEmail(db, accountId, taskId),
    taskEmailDone: ({ input }) => noteTaskEmailTold(db, input),
  };
}

async function bulkStartOf(db: Db, ref: BulkRef): Promise<BulkStart | undefined> {
  const found = await findUntoldBulk(db, ref.accountId, ref.bulkId);
  if (found === undefined) return undefined;
  const { row, sequenceName } = found;
  const {
    pending = 0,
    enrolled = 0,
    refused = 0,
  } = await db.transaction((tx) => countItemsOf(tx, row));
  return {
    input: { ...ref, progress: { state: row.state, pending, enrolled, refused, waitMs: 0 } },
    kind: row.kind,
    sequenceId: row.sequenceId,
    sequenceName,
    senderId: row.senderId,
  };
}

/** One statement for many callers: those who come while one runs share the next, and what becomes of it. */
function together(act: (ids: readonly number[]) => Promise<void>): (id: number) => Promise<void> {
  let waiting: number[] = [];
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<void> | undefined;
  const run = (): Promise<void> => {
    const ids = waiting;
    waiting = [];
    next = undefined;
    const done = act(ids);
    running = done.catch(() => undefined);
    return done;
  };
  return (id) => {
    waiting.push(id);
    next ??= running.then(run);
    return next;
  };
}

/** A word of the outbox as the gateway takes it. */
export function itemOf({ word, row, definition, sequenceName }: PendingWord): OutboxItem {
  if (word.message !== null) return { id: word.id, kind: 'message', message: word.message };
  const { accountId, id: enrollmentId, timeZone, sequenceId, contactId, senderId } = row;
  return {
    id: word.id,
    kind: 'start',
    start: {
      sequenceId,
      contactId,
      senderId,
      sequenceName,
      sequenceVersion: row.sequenceVersion,
      input: {
        accountId,
        enrollmentId,
        timeZone,
        status: statusOf({ standing: row, definition, timeZone }),
        outline: outlineOf(definition, row.stepsBeforeStart),
      },
    },
  };
}
