import { and, asc, desc, eq, gt, gte, inArray, lt, or, sql, type SQL } from 'drizzle-orm';
import type { Viewer } from '../../domain/access/sharing.js';
import type { Instant } from '../../domain/time/types.js';
import type { Tx } from '../client.js';
import { taskEmails, taskQueues, tasks } from '../schema/index.js';
import { taskVisibleTo } from './visibility.js';

export type TaskRow = typeof tasks.$inferSelect;

/** A task as it is read, with what became of the email that a user sent from it. */
export interface TaskListing {
  readonly task: TaskRow;
  /** The latest try; null without one. */
  readonly email: Pick<
    typeof taskEmails.$inferSelect,
    'state' | 'number' | 'requestedAt' | 'requestedById' | 'nextAt' | 'rule' | 'serverReply'
  > | null;
}

const listing = {
  task: tasks,
  email: {
    state: taskEmails.state,
    number: taskEmails.number,
    requestedAt: taskEmails.requestedAt,
    requestedById: taskEmails.requestedById,
    nextAt: taskEmails.nextAt,
    rule: taskEmails.rule,
    serverReply: taskEmails.serverReply,
  },
};

const ofTask = and(eq(taskEmails.accountId, tasks.accountId), eq(taskEmails.taskId, tasks.id));

/** Which tasks, by plain equality and a range of due times. */
export interface TaskFilter {
  /** Who looks: only what they may know of is listed. */
  readonly viewer: Viewer;
  readonly state?: TaskRow['state'] | undefined;
  readonly assigneeId?: string | undefined;
  readonly enrollmentId?: string | undefined;
  readonly contactId?: string | undefined;
  readonly queueId?: string | undefined;
  readonly priority?: TaskRow['priority'] | undefined;
  readonly outcome?: string | undefined;
  readonly dueFrom?: Instant | undefined;
  readonly dueBefore?: Instant | undefined;
}

/**
 * Writes the task of a step; the unique key on (enrollment, step) guarantees that there is only one. It is in no queue
 * when the queue that its step names has been deleted.
 */
export async function insertTask(
  tx: Tx,
  task: Omit<typeof tasks.$inferInsert, 'state'>,
): Promise<void> {
  await tx
    .insert(tasks)
    .values({ ...task, queueId: queueFor(task), state: 'open' })
    .onConflictDoNothing({ target: [tasks.accountId, tasks.enrollmentId, tasks.stepId] });
}

function queueFor({
  accountId,
  queueId,
}: Pick<typeof tasks.$inferInsert, 'accountId' | 'queueId'>): SQL | null {
  if (queueId === undefined || queueId === null) return null;
  return sql`(
    select q.id from ${taskQueues} q where q.account_id = ${accountId} and q.id = ${queueId} for key share
  )`;
}

/** Changes an open task; false when it is closed. */
export async function editTask(
  tx: Tx,
  accountId: string,
  taskId: string,
  change: {
    readonly [Name in 'title' | 'notes' | 'priority' | 'queueId' | 'assigneeId']?:
      TaskRow[Name] | undefined;
  },
): Promise<boolean> {
  const open = and(eq(tasks.accountId, accountId), eq(tasks.id, taskId), eq(tasks.state, 'open'));
  const edited = await tx
    .update(tasks)
    // Fields that are left out keep their present values, so that an empty change is also a change.
    .set({ state: 'open', ...change })
    .where(open)
    .returning({ id: tasks.id });
  return edited.length === 1;
}

/** Locks a task until the transaction ends. Lock order: enrollment, the users who are chosen, task. */
export async function lockTask(
  tx: Tx,
  accountId: string,
  taskId: string,
): Promise<TaskRow | undefined> {
  const rows = await tx
    .select()
    .from(tasks)
    .where(and(eq(tasks.accountId, accountId), eq(tasks.id, taskId)))
    .for('no key update');
  return rows[0];
}

/** What was noted when these tasks were completed, by task. */
export async function completionNotes(
  tx: Tx,
  accountId: string,
  taskIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (taskIds.length === 0) return new Map();
  const rows = await tx
    .select({ id: tasks.id, note: tasks.note })
    .from(tasks)
    .where(and(eq(tasks.accountId, accountId), inArray(tasks.id, [...taskIds])));
  return new Map(rows.flatMap(({ id, note }) => (note === null ? [] : [[id, note]])));
}

/** A task; undefined when `viewer` may not know of it. */
export async function findTask(
  tx: Tx,
  accountId: string,
  taskId: string,
  viewer: Viewer,
): Promise<TaskListing | undefined> {
  const [found] = await tx
    .select(listing)
    .from(tasks)
    .leftJoin(taskEmails, ofTask)
    .where(
      and(
        eq(tasks.accountId, accountId),
        eq(tasks.id, taskId),
        taskVisibleTo(tx, accountId, viewer),
      ),
    );
  return found;
}

/** Tasks by due time, the earliest first unless `latestFirst`, at most `limit`, after the one that `after` names. */
export async function listTasks(
  tx: Tx,
  accountId: string,
  filter: TaskFilter,
  page: {
    readonly limit: number;
    readonly latestFirst?: boolean;
    readonly after?: { readonly at: Instant; readonly id: string } | undefined;
  },
): Promise<readonly TaskListing[]> {
  const { after, latestFirst = false } = page;
  const order = latestFirst ? desc : asc;
  const past = latestFirst ? lt : gt;
  return tx
    .select(listing)
    .from(tasks)
    .leftJoin(taskEmails, ofTask)
    .where(
      and(
        eq(tasks.accountId, accountId),
        taskVisibleTo(tx, accountId, filter.viewer),
        ...conditions(filter),
        after &&
          or(past(tasks.dueAt, after.at), and(eq(tasks.dueAt, after.at), past(tasks.id, after.id))),
      ),
    )
    .orderBy(order(tasks.dueAt), order(tasks.id))
    .limit(page.limit);
}

function conditions(filter: TaskFilter): (SQL | undefined)[] {
  return [
    filter.state && eq(tasks.state, filter.state),
    filter.assigneeId === undefined ? undefined : eq(tasks.assigneeId, filter.assigneeId),
    filter.enrollmentId === undefined ? undefined : eq(tasks.enrollmentId, filter.enrollmentId),
    filter.contactId === undefined ? undefined : eq(tasks.contactId, filter.contactId),
    filter.queueId === undefined ? undefined : eq(tasks.queueId, filter.queueId),
    filter.priority && eq(tasks.priority, filter.priority),
    filter.outcome === undefined ? undefined : eq(tasks.outcome, filter.outcome),
    filter.dueFrom === undefined ? undefined : gte(tasks.dueAt, filter.dueFrom),
    filter.dueBefore === undefined ? undefined : lt(tasks.dueAt, filter.dueBefore),
  ];
}
