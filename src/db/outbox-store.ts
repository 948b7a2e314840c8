import type { OutboxItem, OutboxStore } from '../contract/gateway.js';
import type { Db } from './client.js';
import type { EnrollmentRecord } from './queries/enrollment-changes.js';
import { deleteWord, pendingWord, type OutboxRow } from './queries/outbox.js';
import { statusOf } from '../domain/enrollment/status.js';

/** The outbox in Postgres, as the gateway to Temporal sees it. */
export function createOutboxStore(db: Db): OutboxStore {
  return {
    pending: async (ref) => {
      const { rows, enrollment } = await pendingWord(db, ref);
      return enrollment === undefined ? [] : rows.map((row) => itemOf(row, enrollment));
    },
    done: (id) => deleteWord(db, id),
  };
}

function itemOf(row: OutboxRow, enrollment: EnrollmentRecord): OutboxItem {
  if (row.message !== null) return { id: row.id, kind: 'message', message: row.message };
  const { accountId, id: enrollmentId, timeZone, sequenceId, contactId, senderId } = enrollment.row;
  return {
    id: row.id,
    kind: 'start',
    start: {
      sequenceId,
      contactId,
      senderId,
      sequenceName: enrollment.sequenceName,
      sequenceVersion: enrollment.row.sequenceVersion,
      input: {
        accountId,
        enrollmentId,
        timeZone,
        status: statusOf(enrollment),
        outline: enrollment.definition.steps.map(({ id, kind, delayDays }) => ({
          id,
          kind,
          delayDays,
        })),
      },
    },
  };
}
