import { outlineOf } from '../domain/sequence/outline.js';
import type { OutboxItem, OutboxStore } from '../contract/gateway.js';
import type { Db } from './client.js';
import { deleteWords, pendingWord, type PendingWord } from './queries/outbox.js';
import { statusOf } from '../domain/enrollment/status.js';

/** The outbox in Postgres, as the gateway to Temporal sees it. */
export function createOutboxStore(db: Db): OutboxStore {
  return {
    pending: async (ref) => (await pendingWord(db, ref)).map(itemOf),
    done: together((ids) => deleteWords(db, ids)),
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
