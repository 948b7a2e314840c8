import { and, asc, eq, inArray, lt, sql } from 'drizzle-orm';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import type { Db } from '../client.js';
import { enrollments, sequences, sequenceVersions, workflowOutbox } from '../schema/index.js';
import type { EnrollmentRow } from './enrollments/read.js';
import { definitionFor, isVersionRun } from './enrollments/definition.js';

/** One thing that Temporal has yet to be told, with the enrollment as it stands. */
export interface PendingWord {
  readonly word: Pick<typeof workflowOutbox.$inferSelect, 'id' | 'message'>;
  readonly row: EnrollmentRow;
  readonly definition: SequenceDefinition;
  readonly sequenceName: string;
}

/** What Temporal has yet to be told of one enrollment, oldest first. */
export async function pendingWord(
  db: Db,
  ref: { readonly accountId: string; readonly enrollmentId: string },
): Promise<readonly PendingWord[]> {
  const words = await db
    .select({
      word: workflowOutbox,
      row: enrollments,
      definition: sequenceVersions.definition,
      sequenceName: sequences.name,
    })
    .from(workflowOutbox)
    .innerJoin(
      enrollments,
      and(
        eq(enrollments.accountId, workflowOutbox.accountId),
        eq(enrollments.id, workflowOutbox.enrollmentId),
      ),
    )
    .innerJoin(sequenceVersions, isVersionRun)
    .innerJoin(
      sequences,
      and(eq(sequences.accountId, enrollments.accountId), eq(sequences.id, enrollments.sequenceId)),
    )
    .where(
      and(
        eq(workflowOutbox.accountId, ref.accountId),
        eq(workflowOutbox.enrollmentId, ref.enrollmentId),
      ),
    )
    .orderBy(asc(workflowOutbox.id));
  return Promise.all(
    words.map(async (pending) => ({
      ...pending,
      definition: await definitionFor(db, pending.row, pending.definition),
    })),
  );
}

/** Deletes what Temporal has been told. */
export async function deleteWords(db: Db, ids: readonly number[]): Promise<void> {
  await db.delete(workflowOutbox).where(inArray(workflowOutbox.id, [...ids]));
}

/** Enrollments of which Temporal has been owed word for longer than `ageMs`, longest first, at most `limit`. */
export async function overdueWord(
  db: Db,
  options: { readonly ageMs: number; readonly limit: number },
): Promise<readonly { readonly accountId: string; readonly enrollmentId: string }[]> {
  return db
    .select({ accountId: workflowOutbox.accountId, enrollmentId: workflowOutbox.enrollmentId })
    .from(workflowOutbox)
    .innerJoin(
      enrollments,
      and(
        eq(enrollments.accountId, workflowOutbox.accountId),
        eq(enrollments.id, workflowOutbox.enrollmentId),
      ),
    )
    .where(
      lt(
        workflowOutbox.createdAt,
        sql`clock_timestamp() - ${options.ageMs} * interval '1 millisecond'`,
      ),
    )
    .groupBy(workflowOutbox.accountId, workflowOutbox.enrollmentId)
    .orderBy(sql`min(${workflowOutbox.id})`)
    .limit(options.limit);
}
