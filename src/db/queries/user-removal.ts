import { and, eq, inArray, notInArray, or, sql } from 'drizzle-orm';
import { liveStates } from '../../domain/enrollment/state.js';
import type { Instant } from '../../domain/time/types.js';
import type { Tx } from '../client.js';
import { enrollments, tasks } from '../schema/index.js';

/** Whose tasks go to whom; without a successor they go to the user who made the enrollment. */
export interface Handover {
  readonly accountId: string;
  readonly userId: string;
  readonly successorId: string | undefined;
}

/** Says who works the future tasks of these enrollments, which must be locked, wherever it was the user. */
export async function moveAssignee(
  tx: Tx,
  { accountId, userId, successorId }: Handover,
  enrollmentIds: readonly string[],
): Promise<void> {
  if (enrollmentIds.length === 0) return;
  const taskAssigneeId = successorId ?? sql`${enrollments.enrolledById}`;
  await tx
    .update(enrollments)
    .set({ taskAssigneeId })
    .where(
      and(
        eq(enrollments.accountId, accountId),
        inArray(enrollments.id, [...enrollmentIds]),
        inArray(enrollments.state, [...liveStates]),
        eq(enrollments.taskAssigneeId, userId),
      ),
    );
}

/**
 * Hands over the user's open tasks and returns their ids. With a successor all go to them; without one, the tasks of
 * live enrollments that others made go to those others.
 */
export async function reassignTasks(
  tx: Tx,
  { accountId, userId, successorId }: Handover,
): Promise<readonly string[]> {
  const maker = sql<string>`(select ${enrollments.enrolledById} from ${enrollments}
    where ${enrollments.accountId} = ${tasks.accountId} and ${enrollments.id} = ${tasks.enrollmentId}
      and ${inArray(enrollments.state, [...liveStates])})`;
  const rows = await tx
    .update(tasks)
    .set({ assigneeId: successorId ?? maker })
    .where(
      and(
        eq(tasks.accountId, accountId),
        eq(tasks.assigneeId, userId),
        eq(tasks.state, 'open'),
        successorId === undefined ? sql`${maker} is not null` : undefined,
      ),
    )
    .returning({ id: tasks.id });
  return rows.map(({ id }) => id);
}

/** Cancels the open tasks of these enrollments and those that still belong to the user, except the ones to keep. */
export async function cancelTasksOf(
  tx: Tx,
  { accountId, userId }: Handover,
  {
    enrollmentIds,
    keep,
    by,
  }: {
    readonly enrollmentIds: readonly string[];
    readonly keep: readonly string[];
    readonly by: { readonly closedAt: Instant; readonly closedById: string | null };
  },
): Promise<void> {
  await tx
    .update(tasks)
    .set({ ...by, state: 'cancelled' })
    .where(
      and(
        eq(tasks.accountId, accountId),
        eq(tasks.state, 'open'),
        or(eq(tasks.assigneeId, userId), inArray(tasks.enrollmentId, [...enrollmentIds])),
        keep.length === 0 ? undefined : notInArray(tasks.id, [...keep]),
      ),
    );
}
