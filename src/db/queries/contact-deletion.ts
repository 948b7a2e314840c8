import { and, eq, inArray, isNull, sql } from 'drizzle-orm';
import { sourceKinds } from '../../domain/enrollment/source.js';
import type { Instant } from '../../domain/time/types.js';
import type { Tx } from '../client.js';
import {
  bulkEnrollmentItems,
  contactOpens,
  contacts,
  enrollments,
  listMembers,
  taskReminders,
  tasks,
} from '../schema/index.js';
import type { Contact } from './contacts.js';
import { eraseMailsTo } from './mail-texts.js';
import { referenceTo, type Reference } from './reference.js';
import { eraseAddresses } from './suppressions.js';
import { eraseTaskEmails } from './task-emails.js';

/**
 * The contact, locked until the transaction ends: whoever enrolls it meanwhile has done so before, or finds it no more.
 * Lock order: account, sequence, contact, enrollments.
 */
export async function lockContact(
  tx: Tx,
  accountId: string,
  reference: Reference,
): Promise<Contact | undefined> {
  const { where, order } = referenceTo(contacts, reference);
  const [contact] = await tx
    .select()
    .from(contacts)
    .where(and(eq(contacts.accountId, accountId), isNull(contacts.deletedAt), where))
    .orderBy(...order)
    .limit(1)
    .for('update');
  return contact;
}

/** When a contact is deleted, and by whom. */
interface Closed {
  readonly deletedAt: Instant;
  readonly closedById: string | null;
}

/** Texts that callers gave as the source of an enrollment, unless they name something of the account. */
const ownSources = ['sequence', 'list', 'company'];

/**
 * Leaves of a locked contact the id alone, which its enrollments and their history point to, and takes what is personal out
 * of its mails, tasks and enrollments and out of what bulk enrollments chose for it; when it opened mails is forgotten.
 * Its open tasks are cancelled. What its address objected to stays in force, by a digest of the address.
 */
export async function eraseContact(tx: Tx, contact: Contact, closed: Closed): Promise<void> {
  const { accountId, id: contactId } = contact;
  const { deletedAt } = closed;
  await eraseMailsTo(tx, accountId, contactId, deletedAt);
  // After the mails: a bounce that is being settled is either seen here, or sees that the contact is erased.
  await eraseAddresses(tx, contact);
  // What was written or typed in for this contact alone.
  const { source, sourceId } = enrollments;
  const isOwn = inArray(source, ownSources);
  await tx
    .update(enrollments)
    .set({
      overrides: null,
      source: sql`case when ${inArray(source, [...sourceKinds])} then ${source} else '' end`,
      sourceId: sql`case when ${isOwn} then ${sourceId} end`,
    })
    .where(and(eq(enrollments.accountId, accountId), eq(enrollments.contactId, contactId)));
  await eraseTasks(tx, accountId, contactId, closed);
  await eraseTaskEmails(tx, accountId, contactId, deletedAt);
  await tx
    .update(bulkEnrollmentItems)
    .set({ overrides: {} })
    .where(
      and(
        eq(bulkEnrollmentItems.accountId, accountId),
        eq(bulkEnrollmentItems.contactId, contactId),
      ),
    );
  await tx
    .delete(contactOpens)
    .where(and(eq(contactOpens.accountId, accountId), eq(contactOpens.contactId, contactId)));
  await tx
    .delete(listMembers)
    .where(and(eq(listMembers.accountId, accountId), eq(listMembers.contactId, contactId)));
  await tx
    .update(contacts)
    .set({
      ...{ externalId: null, email: null, emailNormalized: null, firstName: null, lastName: null },
      ...{ timeZone: null, companyId: null, ownerId: null, properties: {} },
      ...{ updatedAt: deletedAt, deletedAt },
    })
    .where(and(eq(contacts.accountId, accountId), eq(contacts.id, contactId)));
}

/** Whether the contact of an enrollment is erased. */
export async function isErased(
  tx: Tx,
  { accountId, enrollmentId }: { readonly accountId: string; readonly enrollmentId: string },
): Promise<boolean> {
  const rows = await tx
    .select({ deletedAt: contacts.deletedAt })
    .from(contacts)
    .innerJoin(
      enrollments,
      and(eq(enrollments.accountId, contacts.accountId), eq(enrollments.contactId, contacts.id)),
    )
    .where(and(eq(enrollments.accountId, accountId), eq(enrollments.id, enrollmentId)));
  return rows.some(({ deletedAt }) => deletedAt !== null);
}

async function eraseTasks(
  tx: Tx,
  accountId: string,
  contactId: string,
  { deletedAt, closedById }: Closed,
): Promise<void> {
  await tx
    .update(tasks)
    .set({ title: '', notes: '', note: null })
    .where(and(eq(tasks.accountId, accountId), eq(tasks.contactId, contactId)));
  // Of an enrollment that has run to its end a task may still be open.
  await tx
    .update(tasks)
    .set({ state: 'cancelled', closedAt: deletedAt, closedById })
    .where(
      and(eq(tasks.accountId, accountId), eq(tasks.contactId, contactId), eq(tasks.state, 'open')),
    );
  const ofContact = tx
    .select({ id: tasks.id })
    .from(tasks)
    .where(and(eq(tasks.accountId, accountId), eq(tasks.contactId, contactId)));
  await tx
    .update(taskReminders)
    .set({ smtpReply: null })
    .where(and(eq(taskReminders.accountId, accountId), inArray(taskReminders.taskId, ofContact)));
}
