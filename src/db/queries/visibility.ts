import { and, eq, inArray, isNotNull, or, sql, type SQL } from 'drizzle-orm';
import type { Person, Viewer } from '../../domain/access/sharing.js';
import type { Tx } from '../client.js';
import {
  enrollments,
  sequences,
  sequenceTeamShares,
  sequenceUserShares,
  tasks,
} from '../schema/index.js';

/** Which rows of `sequences` somebody may know of: `accessTo` of the domain as a condition; undefined for all. */
export function sequenceVisibleTo(viewer: Viewer): SQL | undefined {
  if (viewer === null || viewer.role === 'admin') return undefined;
  return or(
    eq(sequences.ownerId, viewer.id),
    isNotNull(sequences.sharedWithEveryone),
    sql`exists (select from ${sequenceUserShares} where ${and(
      eq(sequenceUserShares.accountId, sequences.accountId),
      eq(sequenceUserShares.sequenceId, sequences.id),
      eq(sequenceUserShares.userId, viewer.id),
    )})`,
    sharedWithTeamOf(viewer),
  );
}

function sharedWithTeamOf({ teamIds }: Person): SQL | undefined {
  if (teamIds.length === 0) return undefined;
  return sql`exists (select from ${sequenceTeamShares} where ${and(
    eq(sequenceTeamShares.accountId, sequences.accountId),
    eq(sequenceTeamShares.sequenceId, sequences.id),
    inArray(sequenceTeamShares.teamId, [...teamIds]),
  )})`;
}

/** Which rows of `enrollments` somebody may know of: `maySeeEnrollment` of the domain as a condition. */
export function enrollmentVisibleTo(tx: Tx, accountId: string, viewer: Viewer): SQL | undefined {
  const ofSequence = sequenceVisibleTo(viewer);
  if (viewer === null || ofSequence === undefined) return undefined;
  // Not correlated, so that the sequences are read once and not for each row.
  const visible = tx
    .select({ id: sequences.id })
    .from(sequences)
    .where(and(eq(sequences.accountId, accountId), ofSequence));
  return or(
    eq(enrollments.enrolledById, viewer.id),
    eq(enrollments.senderId, viewer.id),
    eq(enrollments.taskAssigneeId, viewer.id),
    inArray(enrollments.sequenceId, visible),
  );
}

/** Which rows of `tasks` somebody may know of: their own, and those of enrollments that they may know of. */
export function taskVisibleTo(tx: Tx, accountId: string, viewer: Viewer): SQL | undefined {
  const ofEnrollment = enrollmentVisibleTo(tx, accountId, viewer);
  if (viewer === null || ofEnrollment === undefined) return undefined;
  return or(
    eq(tasks.assigneeId, viewer.id),
    sql`exists (select from ${enrollments} where ${and(
      eq(enrollments.accountId, tasks.accountId),
      eq(enrollments.id, tasks.enrollmentId),
      ofEnrollment,
    )})`,
  );
}

/** A visibility condition as a value of its own, false where it is unknown. */
export function isVisible(condition: SQL | undefined): SQL<boolean> {
  return condition === undefined ? sql<boolean>`true` : sql<boolean>`coalesce(${condition}, false)`;
}
