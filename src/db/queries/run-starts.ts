import { and, eq, inArray } from 'drizzle-orm';
import type { BulkStart } from '../../contract/bulk.js';
import type { EnrollmentStart } from '../../contract/enrollment.js';
import type { Target } from '../../contract/outbox.js';
import type { TaskEmailStart } from '../../contract/task-email.js';
import { liveStates } from '../../domain/enrollment/state.js';
import { statusOf } from '../../domain/enrollment/status.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import { outlineOf } from '../../domain/sequence/outline.js';
import type { Db } from '../client.js';
import {
  bulkEnrollments,
  enrollments,
  sequences,
  sequenceVersions,
  taskEmails,
  tasks,
} from '../schema/index.js';
import { countItemsOf } from './bulk-enrollment-items.js';
import { definitionFor } from './enrollments/definition.js';
import type { EnrollmentRow } from './enrollments/read.js';

/** What the run of an enrollment is started with, as it stands now; undefined when the enrollment has ended. */
export async function readEnrollmentStart(
  db: Db,
  { accountId, id }: Target,
): Promise<EnrollmentStart | undefined> {
  const [found] = await db
    .select({
      row: enrollments,
      version: sequenceVersions.definition,
      sequenceName: sequences.name,
    })
    .from(enrollments)
    .innerJoin(
      sequenceVersions,
      and(
        eq(sequenceVersions.accountId, enrollments.accountId),
        eq(sequenceVersions.sequenceId, enrollments.sequenceId),
        eq(sequenceVersions.version, enrollments.sequenceVersion),
      ),
    )
    .innerJoin(
      sequences,
      and(eq(sequences.accountId, enrollments.accountId), eq(sequences.id, enrollments.sequenceId)),
    )
    .where(
      and(
        eq(enrollments.accountId, accountId),
        eq(enrollments.id, id),
        inArray(enrollments.state, [...liveStates]),
      ),
    );
  if (found === undefined) return undefined;
  const { row, version, sequenceName } = found;
  return enrollmentStartOf(row, await definitionFor(db, row, version), sequenceName);
}

/** What the run of an enrollment is started with. */
export function enrollmentStartOf(
  row: EnrollmentRow,
  definition: SequenceDefinition,
  sequenceName: string,
): EnrollmentStart {
  const { accountId, id: enrollmentId, timeZone, sequenceId, contactId, senderId } = row;
  return {
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
  };
}

/** What the run of a bulk enrollment is started with, as it stands now; undefined when nobody else is to be enrolled. */
export async function readBulkStart(
  db: Db,
  { accountId, id }: Target,
): Promise<BulkStart | undefined> {
  const [found] = await db
    .select({ row: bulkEnrollments, sequenceName: sequences.name })
    .from(bulkEnrollments)
    .innerJoin(
      sequences,
      and(
        eq(sequences.accountId, bulkEnrollments.accountId),
        eq(sequences.id, bulkEnrollments.sequenceId),
      ),
    )
    .where(
      and(
        eq(bulkEnrollments.accountId, accountId),
        eq(bulkEnrollments.id, id),
        eq(bulkEnrollments.state, 'running'),
      ),
    );
  if (found === undefined) return undefined;
  const { row, sequenceName } = found;
  const counts = await db.transaction((tx) => countItemsOf(tx, row));
  const { pending = 0, enrolled = 0, refused = 0 } = counts;
  return {
    input: {
      ...{ accountId, bulkId: id },
      progress: { state: row.state, pending, enrolled, refused, waitMs: 0 },
    },
    kind: row.kind,
    sequenceId: row.sequenceId,
    sequenceName,
    senderId: row.senderId,
  };
}

/** What the run of the latest try to send a task's email is started with; undefined when that try has ended. */
export async function readTaskEmailStart(
  db: Db,
  { accountId, id: taskId }: Target,
): Promise<TaskEmailStart | undefined> {
  const [found] = await db
    .select({
      number: taskEmails.number,
      enrollmentId: enrollments.id,
      sequenceId: sequences.id,
      sequenceName: sequences.name,
      contactId: enrollments.contactId,
      senderId: enrollments.senderId,
    })
    .from(taskEmails)
    .innerJoin(
      tasks,
      and(eq(tasks.accountId, taskEmails.accountId), eq(tasks.id, taskEmails.taskId)),
    )
    .innerJoin(
      enrollments,
      and(eq(enrollments.accountId, tasks.accountId), eq(enrollments.id, tasks.enrollmentId)),
    )
    .innerJoin(
      sequences,
      and(eq(sequences.accountId, enrollments.accountId), eq(sequences.id, enrollments.sequenceId)),
    )
    .where(
      and(
        eq(taskEmails.accountId, accountId),
        eq(taskEmails.taskId, taskId),
        inArray(taskEmails.state, ['sending', 'deferred']),
      ),
    );
  if (found === undefined) return undefined;
  const { number, enrollmentId, ...told } = found;
  return { input: { accountId, taskId, enrollmentId, number }, ...told };
}
