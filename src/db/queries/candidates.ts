import { and, eq, inArray, isNull } from 'drizzle-orm';
import type { Viewer } from '../../domain/access/sharing.js';
import type { LiveEnrollment } from '../../domain/enrollment/eligibility.js';
import { liveStates } from '../../domain/enrollment/state.js';
import type { SuppressionReason } from '../../domain/enrollment/suppression.js';
import type { Tx } from '../client.js';
import { companies, contacts, enrollments, sequences } from '../schema/index.js';
import type { Company } from './companies.js';
import type { Contact } from './contacts.js';
import { referenceTo, type Reference } from './reference.js';
import { reasonsAgainst } from './suppressions.js';
import { enrollmentVisibleTo, isVisible } from './visibility.js';

/** A contact that somebody asks to enroll, with what the rules want to know of it. */
export interface Candidate {
  readonly contact: Contact;
  readonly company: Company | null;
  /** Where the contact is enrolled already; the unique index allows one. */
  readonly liveEnrollment: LiveEnrollment | null;
  /** All that forbids writing to the contact's address. */
  readonly suppressions: readonly SuppressionReason[];
}

/**
 * Reads a candidate in one query, with whether `viewer` may know where it is enrolled; undefined when the account has no
 * such contact. Until the transaction ends it cannot be deleted.
 */
export async function findCandidate(
  tx: Tx,
  accountId: string,
  reference: Reference,
  viewer: Viewer,
): Promise<Candidate | undefined> {
  const found = await readCandidate(tx, accountId, reference, viewer);
  // A contact that was waited for comes without its company when it has just got another one.
  const torn = found?.company === null && found.contact.companyId !== null;
  return torn ? readCandidate(tx, accountId, reference, viewer) : found;
}

async function readCandidate(
  tx: Tx,
  accountId: string,
  reference: Reference,
  viewer: Viewer,
): Promise<Candidate | undefined> {
  const { where, order } = referenceTo(contacts, reference);
  const [found] = await tx
    .select({
      contact: contacts,
      company: companies,
      liveId: enrollments.id,
      liveSequenceId: enrollments.sequenceId,
      liveSequenceName: sequences.name,
      liveVisible: isVisible(enrollmentVisibleTo(tx, accountId, viewer)),
      suppressions: reasonsAgainst(accountId, contacts.emailNormalized),
    })
    .from(contacts)
    .leftJoin(
      companies,
      and(eq(companies.accountId, contacts.accountId), eq(companies.id, contacts.companyId)),
    )
    .leftJoin(
      enrollments,
      and(
        eq(enrollments.accountId, contacts.accountId),
        eq(enrollments.contactId, contacts.id),
        inArray(enrollments.state, [...liveStates]),
      ),
    )
    .leftJoin(
      sequences,
      and(eq(sequences.accountId, enrollments.accountId), eq(sequences.id, enrollments.sequenceId)),
    )
    .where(and(eq(contacts.accountId, accountId), isNull(contacts.deletedAt), where))
    .orderBy(...order)
    .limit(1)
    .for('key share', { of: contacts });
  if (found === undefined) return undefined;
  const { contact, company, suppressions } = found;
  return { contact, company, suppressions, liveEnrollment: liveOf(found) };
}

function liveOf(found: {
  readonly liveId: string | null;
  readonly liveSequenceId: string | null;
  readonly liveSequenceName: string | null;
  readonly liveVisible: boolean;
}): LiveEnrollment | null {
  const { liveId: id, liveSequenceId: sequenceId, liveSequenceName: sequenceName } = found;
  if (id === null || sequenceId === null || sequenceName === null) return null;
  return { id, sequenceId, sequenceName, visible: found.liveVisible };
}
