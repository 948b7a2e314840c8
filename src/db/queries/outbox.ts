import { and, asc, eq, lt, sql } from 'drizzle-orm';
import type { Db } from '../client.js';
import { enrollments, workflowOutbox } from '../schema/index.js';
import { readEnrollment, type EnrollmentRecord } from './enrollment-changes.js';

export type OutboxRow = typeof workflowOutbox.$inferSelect;

/** What Temporal has yet to be told of one enrollment, oldest first, with the enrollment as it stands. */
export async function pendingWord(
  db: Db,
  ref: { readonly accountId: string; readonly enrollmentId: string },
): Promise<{
  readonly rows: readonly OutboxRow[];
  readonly enrollment: EnrollmentRecord | undefined;
}> {
  return db.transaction(async (tx) => {
    const enrollment = await readEnrollment(tx, ref.accountId, ref.enrollmentId);
    const rows = await tx
      .select()
      .from(workflowOutbox)
      .where(
        and(
          eq(workflowOutbox.accountId, ref.accountId),
          eq(workflowOutbox.enrollmentId, ref.enrollmentId),
        ),
      )
      .orderBy(asc(workflowOutbox.id));
    return { rows, enrollment };
  });
}

export async function deleteWord(db: Db, id: number): Promise<void> {
  await db.delete(workflowOutbox).where(eq(workflowOutbox.id, id));
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
