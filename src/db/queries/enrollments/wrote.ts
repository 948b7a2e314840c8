import { and, desc, eq, inArray, isNull, lte, sql } from 'drizzle-orm';
import type { Viewer } from '../../../domain/access/sharing.js';
import type { Instant } from '../../../domain/time/types.js';
import type { Tx } from '../../client.js';
import { contacts, emailSends, enrollments, formerAddresses } from '../../schema/index.js';
import { digestOf } from '../former-addresses.js';
import { enrollmentVisibleTo } from '../visibility.js';

/** The enrollment that last wrote to a contact until an instant, whether or not it has ended; its mails may have arrived. Null for none. */
export async function lastThatWrote(
  tx: Tx,
  accountId: string,
  contactId: string,
  until: Instant,
): Promise<string | null> {
  const [found] = await tx
    .select({ id: enrollments.id })
    .from(enrollments)
    .innerJoin(
      emailSends,
      and(
        eq(emailSends.accountId, enrollments.accountId),
        eq(emailSends.enrollmentId, enrollments.id),
      ),
    )
    .where(
      and(
        eq(enrollments.accountId, accountId),
        eq(enrollments.contactId, contactId),
        lte(enrollments.enrolledAt, until),
        inArray(emailSends.state, ['sent', 'unknown']),
      ),
    )
    .orderBy(desc(enrollments.enrolledAt), desc(enrollments.id))
    .limit(1);
  return found?.id ?? null;
}

/**
 * The enrollment that last wrote until an instant to an address that its contact has no more, with that contact. What `viewer`
 * may not know of is passed over, and so is whoever was erased. `address` has the form in which addresses are compared.
 */
export async function lastThatWroteTo(
  tx: Tx,
  accountId: string,
  address: string,
  { until, viewer }: { readonly until: Instant; readonly viewer: Viewer },
): Promise<{ readonly enrollmentId: string; readonly contactId: string } | undefined> {
  const [found] = await tx
    .select({ enrollmentId: enrollments.id, contactId: enrollments.contactId })
    .from(formerAddresses)
    .innerJoin(
      contacts,
      and(
        eq(contacts.accountId, formerAddresses.accountId),
        eq(contacts.id, formerAddresses.contactId),
      ),
    )
    .innerJoin(
      enrollments,
      and(eq(enrollments.accountId, contacts.accountId), eq(enrollments.contactId, contacts.id)),
    )
    .innerJoin(
      emailSends,
      and(
        eq(emailSends.accountId, enrollments.accountId),
        eq(emailSends.enrollmentId, enrollments.id),
      ),
    )
    .where(
      and(
        eq(formerAddresses.accountId, accountId),
        eq(formerAddresses.digest, digestOf(accountId, sql`${address}::text`)),
        isNull(contacts.deletedAt),
        lte(enrollments.enrolledAt, until),
        inArray(emailSends.state, ['sent', 'unknown']),
        eq(sql`lower(${emailSends.recipient})`, address),
        enrollmentVisibleTo(tx, accountId, viewer),
      ),
    )
    .orderBy(desc(enrollments.enrolledAt), desc(enrollments.id))
    .limit(1);
  return found;
}
