import { and, asc, eq, getTableColumns, gt, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Tx } from '../client.js';
import {
  bulkEnrollmentItems,
  contactOpens,
  emailSends,
  enrollments,
  events,
  listMembers,
  lists,
  logEntries,
  sendSlots,
  taskEmails,
  taskReminders,
  tasks,
} from '../schema/index.js';

/** Which contact, and how much of it at once. */
export interface PartOfContact<Row> {
  readonly accountId: string;
  readonly contactId: string;
  /** The last row of the part before; the first part without it. */
  readonly after: Row | undefined;
  readonly limit: number;
}

type Rows<Row> = Promise<readonly Row[]>;

/** The static lists that a contact is in. */
export function listsOf(
  tx: Tx,
  accountId: string,
  contactId: string,
): Rows<{ readonly listId: string; readonly name: string; readonly addedAt: string }> {
  return tx
    .select({ listId: lists.id, name: lists.name, addedAt: listMembers.addedAt })
    .from(listMembers)
    .innerJoin(lists, and(eq(lists.accountId, accountId), eq(lists.id, listMembers.listId)))
    .where(and(eq(listMembers.accountId, accountId), eq(listMembers.contactId, contactId)))
    .orderBy(asc(lists.id));
}

export type EnrollmentRow = typeof enrollments.$inferSelect;

export function enrollmentsPart(
  tx: Tx,
  { accountId, contactId, after, limit }: PartOfContact<EnrollmentRow>,
): Rows<EnrollmentRow> {
  return tx
    .select()
    .from(enrollments)
    .where(and(ofContact(accountId, contactId), after && gt(enrollments.id, after.id)))
    .orderBy(asc(enrollments.id))
    .limit(limit);
}

export type MailRow = typeof emailSends.$inferSelect;

/** Mails to the contact, those of tasks too. */
export function mailsPart(
  tx: Tx,
  { accountId, contactId, after, limit }: PartOfContact<MailRow>,
): Rows<MailRow> {
  const { enrollmentId, stepId } = emailSends;
  return tx
    .select()
    .from(emailSends)
    .where(
      and(
        eq(emailSends.accountId, accountId),
        isAnyOf(enrollmentId, idsOf(tx, accountId, contactId)),
        isPast(emailSends, after),
      ),
    )
    .orderBy(asc(enrollmentId), asc(stepId))
    .limit(limit);
}

export interface ExportedTask {
  readonly task: typeof tasks.$inferSelect;
  readonly email: typeof taskEmails.$inferSelect | null;
  readonly reminder: typeof taskReminders.$inferSelect | null;
}

export function tasksPart(
  tx: Tx,
  { accountId, contactId, after, limit }: PartOfContact<ExportedTask>,
): Rows<ExportedTask> {
  const { enrollmentId, stepId } = tasks;
  return tx
    .select({ task: tasks, email: taskEmails, reminder: taskReminders })
    .from(tasks)
    .leftJoin(taskEmails, and(eq(taskEmails.accountId, accountId), eq(taskEmails.taskId, tasks.id)))
    .leftJoin(
      taskReminders,
      and(eq(taskReminders.accountId, accountId), eq(taskReminders.taskId, tasks.id)),
    )
    .where(
      and(
        eq(tasks.accountId, accountId),
        isAnyOf(enrollmentId, idsOf(tx, accountId, contactId)),
        isPast(tasks, after?.task),
      ),
    )
    .orderBy(asc(enrollmentId), asc(stepId))
    .limit(limit);
}

export type OpenRow = typeof contactOpens.$inferSelect;

export function opensPart(
  tx: Tx,
  { accountId, contactId, after, limit }: PartOfContact<OpenRow>,
): Rows<OpenRow> {
  return tx
    .select()
    .from(contactOpens)
    .where(
      and(
        eq(contactOpens.accountId, accountId),
        eq(contactOpens.contactId, contactId),
        after && gt(contactOpens.eventId, after.eventId),
      ),
    )
    .orderBy(asc(contactOpens.eventId))
    .limit(limit);
}

export type ReportedRow = typeof events.$inferSelect;

/** What was reported about the contact. */
export function eventsPart(
  tx: Tx,
  { accountId, contactId, after, limit }: PartOfContact<ReportedRow>,
): Rows<ReportedRow> {
  const { occurredAt, id } = events;
  return tx
    .select()
    .from(events)
    .where(
      and(
        eq(events.accountId, accountId),
        eq(events.contactId, contactId),
        after && sql`(${occurredAt}, ${id}) > (${after.occurredAt}::timestamptz, ${after.id})`,
      ),
    )
    .orderBy(asc(occurredAt), asc(id))
    .limit(limit);
}

export type BulkItem = typeof bulkEnrollmentItems.$inferSelect;

export function bulkItemsPart(
  tx: Tx,
  { accountId, contactId, after, limit }: PartOfContact<BulkItem>,
): Rows<BulkItem> {
  return tx
    .select()
    .from(bulkEnrollmentItems)
    .where(
      and(
        eq(bulkEnrollmentItems.accountId, accountId),
        eq(bulkEnrollmentItems.contactId, contactId),
        after && gt(bulkEnrollmentItems.id, after.id),
      ),
    )
    .orderBy(asc(bulkEnrollmentItems.id))
    .limit(limit);
}

export type SlotRow = typeof sendSlots.$inferSelect;

/** When mails to the contact go out or went out, as far as that is kept. */
export function slotsPart(
  tx: Tx,
  { accountId, contactId, after, limit }: PartOfContact<SlotRow>,
): Rows<SlotRow> {
  const { enrollmentId, stepId } = sendSlots;
  return tx
    .select()
    .from(sendSlots)
    .where(
      and(
        eq(sendSlots.accountId, accountId),
        isAnyOf(enrollmentId, idsOf(tx, accountId, contactId)),
        isPast(sendSlots, after),
      ),
    )
    .orderBy(asc(enrollmentId), asc(stepId))
    .limit(limit);
}

export type LogRowOfContact = typeof logEntries.$inferSelect;

/** What the log tells of the contact, its enrollments and its tasks, one after the other, each in its order. */
export function logPart(
  tx: Tx,
  { accountId, contactId, after, limit }: PartOfContact<LogRowOfContact>,
): Rows<LogRowOfContact> {
  const { subjectId, number } = logEntries;
  const taskIds = tx
    .select({ id: tasks.id })
    .from(tasks)
    .where(
      and(
        eq(tasks.accountId, accountId),
        isAnyOf(tasks.enrollmentId, idsOf(tx, accountId, contactId)),
      ),
    );
  return tx
    .select(getTableColumns(logEntries))
    .from(logEntries)
    .where(
      and(
        eq(logEntries.accountId, accountId),
        isAnyOf(
          subjectId,
          sql`select ${contactId}::uuid union all ${idsOf(tx, accountId, contactId)} union all ${taskIds}`,
        ),
        after &&
          sql`(${subjectId}, ${number}) > (${after.subjectId}::uuid, ${after.number}::bigint)`,
      ),
    )
    .orderBy(asc(subjectId), asc(number))
    .limit(limit);
}

interface StepOfEnrollment<Value> {
  readonly enrollmentId: Value;
  readonly stepId: Value;
}

/** What comes after the row of a step, in the order of enrollments and steps; everything without one. */
function isPast(
  { enrollmentId, stepId }: StepOfEnrollment<PgColumn>,
  last: StepOfEnrollment<string> | undefined,
): SQL | undefined {
  return last && sql`(${enrollmentId}, ${stepId}) > (${last.enrollmentId}::uuid, ${last.stepId})`;
}

function ofContact(accountId: string, contactId: string): SQL | undefined {
  return and(eq(enrollments.accountId, accountId), eq(enrollments.contactId, contactId));
}

function idsOf(tx: Tx, accountId: string, contactId: string) {
  return tx.select({ id: enrollments.id }).from(enrollments).where(ofContact(accountId, contactId));
}

/** As one array, so that these few are looked up in an index, and none is walked through to find them. */
function isAnyOf(column: PgColumn, ids: SQL | { getSQL(): SQL }): SQL {
  return sql`${column} = any(array(${ids}))`;
}
