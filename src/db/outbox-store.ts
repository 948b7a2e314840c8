import type { OutboxItem, OutboxStore } from '../contract/gateway.js';
import type { Db } from './client.js';
import { deleteWord, pendingWord, type PendingWord } from './queries/outbox.js';
import { statusOf } from '../domain/enrollment/status.js';

/** The outbox in Postgres, as the gateway to Temporal sees it. */
export function createOutboxStore(db: Db): OutboxStore {
  return {
    pending: async (ref) => (await pendingWord(db, ref)).map(itemOf),
    done: (id) => deleteWord(db, id),
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
        outline: definition.steps.map(({ id, kind, delayDays }) => ({
          id,
          kind,
          delayDays,
        })),
      },
    },
  };
}
