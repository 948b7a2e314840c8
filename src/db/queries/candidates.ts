import { and, eq, inArray, isNull, type SQL } from 'drizzle-orm';
import type { Viewer } from '../../domain/access/sharing.js';
import type { LiveEnrollment } from '../../domain/enrollment/eligibility.js';
import { liveStates } from '../../domain/enrollment/state.js';
import type { SuppressionReason } from '../../domain/enrollment/suppression.js';
import type { Tx } from '../client.js';
import { accounts, companies, contacts, enrollments, sequences } from '../schema/index.js';
import type { Company } from './companies.js';
import { findContactIds, type NamedReference } from './contact-references.js';
import type { Contact } from './contacts.js';
import { referenceTo, type Reference } from './reference.js';
import { reasonsAgainst } from './suppressions.js';
import { enrollmentVisibleTo, isVisible } from './visibility.js';

/** A contact that somebody asks to enroll, with what the rules need to know about it. */
export interface Candidate {
  readonly contact: Contact;
  readonly company: Company | null;
  /** Where the contact is enrolled already; the unique index allows one. */
  readonly liveEnrollment: LiveEnrollment | null;
  /** Everything that forbids writing to the contact's address. */
  readonly suppressions: readonly SuppressionReason[];
  /** Whether texts such as "NULL" are values in the contact's account. */
  readonly placeholdersAreValues: boolean;
}

/**
 * Reads a candidate in one query, with whether `viewer` may know where it is enrolled; undefined when the account has
 * no such contact. The contact cannot be deleted until the transaction ends.
 */
export async function findCandidate(
  tx: Tx,
  accountId: string,
  reference: Reference,
  viewer: Viewer,
): Promise<Candidate | undefined> {
  const found = await readCandidate(tx, accountId, reference, viewer);
  // A contact that was waited for comes without its company if it has just been given another one.
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
  const [found] = await selectCandidates(tx, accountId, where, viewer)
    .orderBy(...order)
    .limit(1)
    .for('key share', { of: contacts });
  return found && candidateOf(found);
}

/** How many candidates are read by one query. */
const perQuery = 100;

/**
 * The candidates that these references name, in their order, with what `viewer` may know; undefined where the account
 * has no such contact. Nothing is locked: the result may be outdated a moment later.
 */
export async function findCandidates(
  tx: Tx,
  accountId: string,
  references: readonly NamedReference[],
  viewer: Viewer,
): Promise<readonly (Candidate | undefined)[]> {
  const ids = await findContactIds(tx, accountId, references);
  const wanted = [...new Set(ids.flatMap((id) => id ?? []))];
  const found = new Map<string, Candidate>();
  for (let from = 0; from < wanted.length; from += perQuery) {
    const some = inArray(contacts.id, wanted.slice(from, from + perQuery));
    for (const row of await selectCandidates(tx, accountId, some, viewer)) {
      found.set(row.contact.id, candidateOf(row));
    }
  }
  return ids.map((id) => (id === undefined ? undefined : found.get(id)));
}

function selectCandidates(tx: Tx, accountId: string, where: SQL | undefined, viewer: Viewer) {
  return tx
    .select({
      contact: contacts,
      company: companies,
      liveId: enrollments.id,
      liveSequenceId: enrollments.sequenceId,
      liveSequenceName: sequences.name,
      liveVisible: isVisible(enrollmentVisibleTo(tx, accountId, viewer)),
      suppressions: reasonsAgainst(accountId, contacts.emailNormalized),
      placeholdersAreValues: accounts.placeholdersAreValues,
    })
    .from(contacts)
    .innerJoin(accounts, eq(accounts.id, contacts.accountId))
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
    .where(and(eq(contacts.accountId, accountId), isNull(contacts.deletedAt), where));
}

interface FoundLive {
  readonly liveId: string | null;
  readonly liveSequenceId: string | null;
  readonly liveSequenceName: string | null;
  readonly liveVisible: boolean;
}

function candidateOf(found: Omit<Candidate, 'liveEnrollment'> & FoundLive): Candidate {
  const { contact, company, suppressions, placeholdersAreValues } = found;
  return {
    ...{ contact, company, suppressions, placeholdersAreValues },
    liveEnrollment: liveOf(found),
  };
}

function liveOf(found: FoundLive): LiveEnrollment | null {
  const { liveId: id, liveSequenceId: sequenceId, liveSequenceName: sequenceName } = found;
  if (id === null || sequenceId === null || sequenceName === null) return null;
  return { id, sequenceId, sequenceName, visible: found.liveVisible };
}
