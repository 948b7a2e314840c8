import { and, eq, inArray, isNotNull, isNull, notInArray, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/time/types.js';
import type { Tx } from '../client.js';
import {
  bulkEnrollmentItems,
  contactOpens,
  contacts,
  emailSends,
  enrollments,
  listMembers,
  tasks,
} from '../schema/index.js';
import type { Contact } from './contacts.js';
import { referenceTo, type Reference } from './reference.js';
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

/**
 * Leaves of a locked contact the id alone, which its enrollments and their history point to, and takes what is personal out
 * of its mails, tasks and enrollments and out of what bulk enrollments chose for it; when it opened mails is forgotten.
 * Its open tasks are cancelled.
 * Suppressions belong to the address and stay.
 */
export async function eraseContact(
  tx: Tx,
  accountId: string,
  contactId: string,
  closed: Closed,
): Promise<void> {
  const { deletedAt } = closed;
  const ofContact = tx
    .select({ id: enrollments.id })
    .from(enrollments)
    .where(and(eq(enrollments.accountId, accountId), eq(enrollments.contactId, contactId)));
  const isBegun = notInArray(emailSends.state, ['reserved', 'connecting', 'deferred']);
  await tx
    .update(emailSends)
    .set({
      ...{ recipient: '', subject: '', raw: Buffer.alloc(0), smtpReply: null },
      // What is left over is the email of a task that outlives its enrollment; once in its body, its attempt settles it.
      state: sql`case when ${isBegun} then ${emailSends.state} else 'withdrawn' end`,
      leaseUntil: sql`case when ${isBegun} then ${emailSends.leaseUntil} end`,
    })
    .where(and(eq(emailSends.accountId, accountId), inArray(emailSends.enrollmentId, ofContact)));
  // What was written or typed in for this contact alone.
  await tx
    .update(enrollments)
    .set({ overrides: null })
    .where(
      and(
        eq(enrollments.accountId, accountId),
        eq(enrollments.contactId, contactId),
        isNotNull(enrollments.overrides),
      ),
    );
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
      externalId: null,
      email: null,
      emailNormalized: null,
      firstName: null,
      lastName: null,
      timeZone: null,
      companyId: null,
      ownerId: null,
      properties: {},
      updatedAt: deletedAt,
      deletedAt,
    })
    .where(and(eq(contacts.accountId, accountId), eq(contacts.id, contactId)));
}

async function eraseTasks(
  tx: Tx,
  accountId: string,
  contactId: string,
  { deletedAt, closedById }: Closed,
): Promise<void> {
  await tx
    .update(tasks)
    .set({ title: '', notes: '' })
    .where(and(eq(tasks.accountId, accountId), eq(tasks.contactId, contactId)));
  // Of an enrollment that has run to its end a task may still be open.
  await tx
    .update(tasks)
    .set({ state: 'cancelled', closedAt: deletedAt, closedById })
    .where(
      and(eq(tasks.accountId, accountId), eq(tasks.contactId, contactId), eq(tasks.state, 'open')),
    );
}
