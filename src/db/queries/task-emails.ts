import { and, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Instant } from '../../domain/time/types.js';
import type { Tx } from '../client.js';
import { emailSends, taskEmails, tasks } from '../schema/index.js';
import { onlyRow } from './only-row.js';
import { leaveWord } from './outbox.js';

export type TaskEmailRow = typeof taskEmails.$inferSelect;
type TaskEmailKey = Pick<TaskEmailRow, 'accountId' | 'taskId' | 'number'>;

/** The latest try to send the email of a task. To change it, lock the enrollment's row first. */
export async function findTaskEmail(
  tx: Tx,
  accountId: string,
  taskId: string,
): Promise<TaskEmailRow | undefined> {
  const rows = await tx.select().from(taskEmails).where(isOfTask(accountId, taskId));
  return rows[0];
}

/**
 * Notes that a user wants the email of a task to be sent, and that Temporal is owed word of it. A further try gets the
 * next number.
 */
export async function requestTaskEmail(
  tx: Tx,
  wanted: Pick<
    TaskEmailRow,
    'accountId' | 'taskId' | 'content' | 'recipient' | 'requestedById' | 'requestedAt'
  >,
): Promise<TaskEmailRow> {
  const fresh = {
    ...wanted,
    state: 'sending',
    nextAt: null,
    rule: null,
    serverReply: null,
    settledAt: null,
  } as const;
  const { accountId, taskId } = wanted;
  await leaveWord(tx, [{ kind: 'task_email', accountId, id: taskId, message: null }]);
  return onlyRow(
    await tx
      .insert(taskEmails)
      .values({ ...fresh, number: 1 })
      .onConflictDoUpdate({
        target: [taskEmails.accountId, taskEmails.taskId],
        set: { ...fresh, number: sql`${taskEmails.number} + 1` },
      })
      .returning(),
  );
}

/** Changes one try, unless a later one has replaced it. */
export async function changeTaskEmail(
  tx: Tx,
  { accountId, taskId, number }: TaskEmailKey,
  change: Partial<
    Pick<TaskEmailRow, 'state' | 'content' | 'nextAt' | 'rule' | 'serverReply' | 'settledAt'>
  >,
): Promise<TaskEmailRow | undefined> {
  const rows = await tx
    .update(taskEmails)
    .set(change)
    .where(and(isOfTask(accountId, taskId), eq(taskEmails.number, number)))
    .returning();
  return rows[0];
}

/**
 * Erases personal data from the emails of a deleted contact's tasks; emails that are still to be sent are withdrawn. One whose
 * body may be on its way stays so until its attempt, or the next one, settles it.
 */
export async function eraseTaskEmails(
  tx: Tx,
  accountId: string,
  contactId: string,
  at: Instant,
): Promise<void> {
  const ofContact = tx
    .select({ id: tasks.id })
    .from(tasks)
    .where(and(eq(tasks.accountId, accountId), eq(tasks.contactId, contactId)));
  const isOpen = sql`(${inArray(taskEmails.state, ['sending', 'deferred'])} and not exists (
    select from ${tasks} task join ${emailSends} send
      on send.account_id = task.account_id and send.enrollment_id = task.enrollment_id and send.step_id = task.step_id
    where task.account_id = ${taskEmails.accountId} and task.id = ${taskEmails.taskId} and send.state = 'in_data'))`;
  await tx
    .update(taskEmails)
    .set({
      content: null,
      recipient: '',
      serverReply: null,
      nextAt: null,
      settledAt: sql`case when ${isOpen} then ${at}::timestamptz else ${taskEmails.settledAt} end`,
      state: sql`case when ${isOpen} then 'withdrawn' else ${taskEmails.state} end`,
    })
    .where(and(eq(taskEmails.accountId, accountId), inArray(taskEmails.taskId, ofContact)));
}

function isOfTask(accountId: string, taskId: string): SQL | undefined {
  return and(eq(taskEmails.accountId, accountId), eq(taskEmails.taskId, taskId));
}
