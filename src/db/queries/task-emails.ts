import { and, asc, eq, inArray, lt, sql, type SQL } from 'drizzle-orm';
import type { TaskEmailStart } from '../../contract/task-email.js';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { enrollments, sequences, taskEmails, tasks } from '../schema/index.js';
import { onlyRow } from './only-row.js';

export type TaskEmailRow = typeof taskEmails.$inferSelect;
type TaskEmailKey = Pick<TaskEmailRow, 'accountId' | 'taskId' | 'number'>;

/** The latest try to send the email of a task. The enrollment's row must be locked by whoever changes it. */
export async function findTaskEmail(
  tx: Tx,
  accountId: string,
  taskId: string,
): Promise<TaskEmailRow | undefined> {
  const rows = await tx.select().from(taskEmails).where(isOfTask(accountId, taskId));
  return rows[0];
}

/** Notes that a user wants the email of a task to be sent, and that Temporal is owed word of it: a further try counts on. */
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
    serverReply: null,
    settledAt: null,
    untoldSince: sql`clock_timestamp()`,
  } as const;
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

/** Changes one try, unless a later one has taken its place. */
export async function changeTaskEmail(
  tx: Tx,
  { accountId, taskId, number }: TaskEmailKey,
  change: Partial<Pick<TaskEmailRow, 'state' | 'content' | 'nextAt' | 'serverReply' | 'settledAt'>>,
): Promise<TaskEmailRow | undefined> {
  const rows = await tx
    .update(taskEmails)
    .set(change)
    .where(and(isOfTask(accountId, taskId), eq(taskEmails.number, number)))
    .returning();
  return rows[0];
}

/** What Temporal has yet to be told of a task's email; undefined when it has been told. */
export async function findUntoldTaskEmail(
  db: Db,
  accountId: string,
  taskId: string,
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
    .where(and(isOfTask(accountId, taskId), sql`${taskEmails.untoldSince} is not null`));
  if (found === undefined) return undefined;
  const { number, enrollmentId, ...told } = found;
  return { input: { accountId, taskId, enrollmentId, number }, ...told };
}

/** Temporal has been told of a try. */
export async function noteTaskEmailTold(
  db: Db,
  { accountId, taskId, number }: TaskEmailKey,
): Promise<void> {
  await db
    .update(taskEmails)
    .set({ untoldSince: null })
    .where(and(isOfTask(accountId, taskId), eq(taskEmails.number, number)));
}

/** Tasks of whose email Temporal has been owed word for longer than `ageMs`, longest first, at most `limit`. */
export async function overdueTaskEmails(
  db: Db,
  { ageMs, limit }: { readonly ageMs: number; readonly limit: number },
): Promise<readonly { readonly accountId: string; readonly taskId: string }[]> {
  return db
    .select({ accountId: taskEmails.accountId, taskId: taskEmails.taskId })
    .from(taskEmails)
    .where(lt(taskEmails.untoldSince, sql`clock_timestamp() - ${ageMs} * interval '1 millisecond'`))
    .orderBy(asc(taskEmails.untoldSince))
    .limit(limit);
}

/** Takes what is personal out of the emails of a deleted contact's tasks; what is still to be sent is withdrawn. */
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
  const isOpen = inArray(taskEmails.state, ['sending', 'deferred']);
  await tx
    .update(taskEmails)
    .set({
      content: null,
      recipient: '',
      serverReply: null,
      untoldSince: null,
      nextAt: null,
      settledAt: sql`case when ${isOpen} then ${at}::timestamptz else ${taskEmails.settledAt} end`,
      state: sql`case when ${isOpen} then 'withdrawn' else ${taskEmails.state} end`,
    })
    .where(and(eq(taskEmails.accountId, accountId), inArray(taskEmails.taskId, ofContact)));
}

function isOfTask(accountId: string, taskId: string): SQL | undefined {
  return and(eq(taskEmails.accountId, accountId), eq(taskEmails.taskId, taskId));
}
