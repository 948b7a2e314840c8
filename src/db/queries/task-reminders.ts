import { and, asc, desc, eq, inArray, notInArray, sql, type SQL } from 'drizzle-orm';
import type { ReminderState } from '../../domain/task/reminder.js';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { contacts, enrollments, mailboxes, taskReminders, tasks, users } from '../schema/index.js';
import type { Mailbox } from './mailboxes.js';

export type TaskReminder = typeof taskReminders.$inferSelect;

/** Identifies one reminder under one lease. */
export type ReminderLease = Pick<TaskReminder, 'accountId' | 'taskId' | 'fence'>;

/** Notes that the assignee of a new task is to be reminded, once per task. */
export async function insertReminder(
  tx: Tx,
  accountId: string,
  reminder: { readonly taskId: string; readonly at: Instant },
): Promise<void> {
  await tx
    .insert(taskReminders)
    .values({ ...reminder, accountId, state: 'waiting', attempts: 0, fence: 0 })
    .onConflictDoNothing();
}

/**
 * Takes the lease of the reminder that has been due the longest, in any account but these, or returns undefined when none is due.
 * A reminder is due when it waits, or when its holder died. The row is returned as it was before, except for the fence. One
 * whose body may be on its way keeps its fence: only its holder can still know what became of it.
 */
export async function claimReminder(
  tx: Tx,
  now: Instant,
  { leaseMs, without }: { readonly leaseMs: number; readonly without: readonly string[] },
): Promise<TaskReminder | undefined> {
  const isDue = sql`${taskReminders.state} in ('waiting', 'connecting', 'in_data')
    and ${taskReminders.at} <= ${now}
    and (${taskReminders.state} = 'waiting' or ${taskReminders.leaseUntil} < clock_timestamp())`;
  const [found] = await tx
    .select()
    .from(taskReminders)
    .where(and(isDue, notInArray(taskReminders.accountId, [...without])))
    .orderBy(asc(taskReminders.at))
    .limit(1)
    .for('update', { skipLocked: true });
  if (found === undefined) return undefined;
  // A reminder that may have arrived is not begun again: it keeps its state until it is settled.
  const begins = found.state !== 'in_data';
  const fence = found.fence + (begins ? 1 : 0);
  await tx
    .update(taskReminders)
    .set({
      fence,
      leaseUntil: leaseEnd(leaseMs),
      ...(begins && { state: 'connecting', attempts: found.attempts + 1 }),
    })
    .where(isReminder(found));
  return { ...found, fence, attempts: found.attempts + (begins ? 1 : 0) };
}

/** Extends a running attempt's lease; no effect once the attempt has lost it. */
export async function renewReminder(db: Db, lease: ReminderLease, leaseMs: number): Promise<void> {
  await db
    .update(taskReminders)
    .set({ leaseUntil: leaseEnd(leaseMs) })
    .where(isHeld(lease, ['connecting', 'in_data']));
}

/** Moves a reminder on from one of `from` if this lease is still the newest; false if not. */
export async function advanceReminder(
  tx: Tx,
  lease: ReminderLease,
  change: {
    readonly from: readonly ReminderState[];
    readonly to: Partial<
      Pick<
        TaskReminder,
        'state' | 'at' | 'attempts' | 'messageId' | 'smtpReply' | 'settledAt' | 'leaseUntil'
      >
    >;
  },
): Promise<boolean> {
  const rows = await tx
    .update(taskReminders)
    .set(change.to)
    .where(isHeld(lease, change.from))
    .returning({ taskId: taskReminders.taskId });
  return rows.length === 1;
}

function isHeld(lease: ReminderLease, states: readonly ReminderState[]): SQL | undefined {
  const { accountId, taskId, fence } = lease;
  return and(
    isReminder({ accountId, taskId }),
    eq(taskReminders.fence, fence),
    inArray(taskReminders.state, [...states]),
  );
}

function leaseEnd(leaseMs: number): SQL {
  return sql`clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;
}

function isReminder({
  accountId,
  taskId,
}: Pick<TaskReminder, 'accountId' | 'taskId'>): SQL | undefined {
  return and(eq(taskReminders.accountId, accountId), eq(taskReminders.taskId, taskId));
}

/** What a reminder is written from. */
export interface ReminderFacts {
  readonly task: typeof tasks.$inferSelect;
  readonly timeZone: string;
  readonly contact: Pick<typeof contacts.$inferSelect, 'firstName' | 'lastName'>;
  readonly assignee: Pick<typeof users.$inferSelect, 'name' | 'email'>;
  /** The assignee's connected mailbox, else the one that the enrollment sends from, else another of the account; null for none. */
  readonly mailbox: Mailbox | null;
}

/** Reads what a reminder is written from; undefined when the task does not exist. */
export async function findReminderFacts(
  tx: Tx,
  accountId: string,
  taskId: string,
): Promise<ReminderFacts | undefined> {
  const [found] = await tx
    .select({
      task: tasks,
      timeZone: enrollments.timeZone,
      enrollmentMailboxId: enrollments.mailboxId,
      contact: { firstName: contacts.firstName, lastName: contacts.lastName },
      assignee: { name: users.name, email: users.email },
    })
    .from(tasks)
    .innerJoin(
      enrollments,
      and(eq(enrollments.accountId, tasks.accountId), eq(enrollments.id, tasks.enrollmentId)),
    )
    .innerJoin(
      contacts,
      and(eq(contacts.accountId, tasks.accountId), eq(contacts.id, tasks.contactId)),
    )
    .innerJoin(users, and(eq(users.accountId, tasks.accountId), eq(users.id, tasks.assigneeId)))
    .where(and(eq(tasks.accountId, accountId), eq(tasks.id, taskId)));
  if (found === undefined) return undefined;
  const [mailbox = null] = await tx
    .select()
    .from(mailboxes)
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.state, 'connected')))
    .orderBy(
      desc(sql`${mailboxes.userId} = ${found.task.assigneeId}`),
      desc(sql`${mailboxes.id} = ${found.enrollmentMailboxId}`),
      desc(sql`${mailboxes.kind} = 'personal'`),
      asc(mailboxes.id),
    )
    .limit(1);
  return { ...found, mailbox };
}
