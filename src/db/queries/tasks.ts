import { and, asc, eq, gt, gte, lt, or, type SQL } from 'drizzle-orm';
import type { Viewer } from '../../domain/access/sharing.js';
import type { Instant } from '../../domain/time/types.js';
import type { Tx } from '../client.js';
import { tasks } from '../schema/index.js';
import { taskVisibleTo } from './visibility.js';

export type TaskRow = typeof tasks.$inferSelect;

/** Which tasks, by plain equality and a range of the due time. */
export interface TaskFilter {
  /** Who looks: only what they may know of is listed. */
  readonly viewer: Viewer;
  readonly state?: TaskRow['state'] | undefined;
  readonly assigneeId?: string | undefined;
  readonly enrollmentId?: string | undefined;
  readonly contactId?: string | undefined;
  readonly dueFrom?: Instant | undefined;
  readonly dueBefore?: Instant | undefined;
}

/** Writes the task of a step; the unique key on (enrollment, step) makes it the only one. */
export async function insertTask(
  tx: Tx,
  task: Omit<typeof tasks.$inferInsert, 'state'>,
): Promise<void> {
  await tx
    .insert(tasks)
    .values({ ...task, state: 'open' })
    .onConflictDoNothing({ target: [tasks.accountId, tasks.enrollmentId, tasks.stepId] });
}

/** A task; undefined when `viewer` may not know of it. */
export async function findTask(
  tx: Tx,
  accountId: string,
  taskId: string,
  viewer: Viewer,
): Promise<TaskRow | undefined> {
  const [task] = await tx
    .select()
    .from(tasks)
    .where(
      and(
        eq(tasks.accountId, accountId),
        eq(tasks.id, taskId),
        taskVisibleTo(tx, accountId, viewer),
      ),
    );
  return task;
}

/** Tasks by due time, at most `limit`, after the one that `after` names. */
export async function listTasks(
  tx: Tx,
  accountId: string,
  filter: TaskFilter,
  page: {
    readonly limit: number;
    readonly after?: { readonly at: Instant; readonly id: string } | undefined;
  },
): Promise<readonly TaskRow[]> {
  const { after } = page;
  return tx
    .select()
    .from(tasks)
    .where(
      and(
        eq(tasks.accountId, accountId),
        taskVisibleTo(tx, accountId, filter.viewer),
        ...conditions(filter),
        after &&
          or(gt(tasks.dueAt, after.at), and(eq(tasks.dueAt, after.at), gt(tasks.id, after.id))),
      ),
    )
    .orderBy(asc(tasks.dueAt), asc(tasks.id))
    .limit(page.limit);
}

function conditions(filter: TaskFilter): (SQL | undefined)[] {
  return [
    filter.state && eq(tasks.state, filter.state),
    filter.assigneeId === undefined ? undefined : eq(tasks.assigneeId, filter.assigneeId),
    filter.enrollmentId === undefined ? undefined : eq(tasks.enrollmentId, filter.enrollmentId),
    filter.contactId === undefined ? undefined : eq(tasks.contactId, filter.contactId),
    filter.dueFrom === undefined ? undefined : gte(tasks.dueAt, filter.dueFrom),
    filter.dueBefore === undefined ? undefined : lt(tasks.dueAt, filter.dueBefore),
  ];
}
