import {
  and,
  asc,
  desc,
  eq,
  gt,
  gte,
  inArray,
  lt,
  lte,
  notInArray,
  or,
  sql,
  type SQL,
} from 'drizzle-orm';
import type { Viewer } from '../../../domain/access/sharing.js';
import type { LiveEnrollment } from '../../../domain/enrollment/eligibility.js';
import { liveStates, type EnrollmentState } from '../../../domain/enrollment/state.js';
import { sourceKinds, type SourceKind } from '../../../domain/enrollment/source.js';
import type { SequenceDefinition } from '../../../domain/sequence/definition.js';
import type { Instant } from '../../../domain/time/types.js';
import type { Tx } from '../../client.js';
import {
  contacts,
  enrollments,
  logEntries,
  sequences,
  sequenceVersions,
} from '../../schema/index.js';
import type { LogRow } from '../log.js';
import { uncertainSteps, type EnrollmentRow } from './read.js';
import { enrollmentVisibleTo, isVisible } from '../visibility.js';
import { definitionFor, isVersionRun, readVersionsRun } from './definition.js';

/** An enrollment with the steps that it runs. */
export interface EnrollmentListing {
  readonly row: EnrollmentRow;
  readonly definition: SequenceDefinition;
  /** The steps whose email may have arrived, although nobody has seen an answer. */
  readonly uncertainSteps: readonly string[];
}

/** Which enrollments, by plain equality and ranges. */
export interface EnrollmentFilter {
  /** Who looks: only what they may know of is listed. */
  readonly viewer: Viewer;
  readonly states?: readonly EnrollmentState[] | undefined;
  readonly sequenceId?: string | undefined;
  readonly contactId?: string | undefined;
  readonly senderId?: string | undefined;
  readonly sourceKind?: SourceKind | 'other' | undefined;
  readonly sourceId?: string | undefined;
  readonly changedFrom?: Instant | undefined;
  readonly changedUntil?: Instant | undefined;
}

/** A page of the list, ordered by the latest change: newest first unless `ascending`. */
export interface EnrollmentPage {
  readonly limit: number;
  readonly ascending: boolean;
  readonly after?: { readonly at: Instant; readonly id: string } | undefined;
}

export async function listEnrollments(
  tx: Tx,
  accountId: string,
  filter: EnrollmentFilter,
  page: EnrollmentPage,
): Promise<readonly EnrollmentListing[]> {
  const direction = page.ascending ? asc : desc;
  const listings = await tx
    .select({ row: enrollments, uncertainSteps })
    .from(enrollments)
    .where(
      and(
        eq(enrollments.accountId, accountId),
        enrollmentVisibleTo(tx, accountId, filter.viewer),
        ...conditions(filter),
        beyond(page),
      ),
    )
    .orderBy(direction(enrollments.changedAt), direction(enrollments.id))
    .limit(page.limit);
  const rows = listings.map(({ row }) => row);
  const versionOf = await readVersionsRun(tx, accountId, rows);
  const shown: EnrollmentListing[] = [];
  for (const listing of listings) {
    const { row } = listing;
    shown.push({ ...listing, definition: await definitionFor(tx, row, versionOf(row)) });
  }
  return shown;
}

/**
 * The live enrollment of a contact, with the name of its sequence and whether `viewer` may know of it; undefined when
 * there is none.
 */
export async function findLiveEnrollment(
  tx: Tx,
  accountId: string,
  contactId: string,
  viewer: Viewer,
): Promise<(LiveEnrollment & { readonly enrolledAt: Instant }) | undefined> {
  const [found] = await tx
    .select({
      id: enrollments.id,
      sequenceId: enrollments.sequenceId,
      sequenceName: sequences.name,
      enrolledAt: enrollments.enrolledAt,
      visible: isVisible(enrollmentVisibleTo(tx, accountId, viewer)),
    })
    .from(enrollments)
    .innerJoin(
      sequences,
      and(eq(sequences.accountId, enrollments.accountId), eq(sequences.id, enrollments.sequenceId)),
    )
    .where(
      and(
        eq(enrollments.accountId, accountId),
        eq(enrollments.contactId, contactId),
        inArray(enrollments.state, [...liveStates]),
      ),
    );
  return found;
}

/** The given enrollments that exist and that `viewer` may know of. */
export async function knownIds(
  tx: Tx,
  accountId: string,
  viewer: Viewer,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx
    .select({ id: enrollments.id })
    .from(enrollments)
    .where(
      and(
        eq(enrollments.accountId, accountId),
        inArray(enrollments.id, [...ids]),
        enrollmentVisibleTo(tx, accountId, viewer),
      ),
    );
  return new Set(rows.map(({ id }) => id));
}

/** The log of one enrollment, from its beginning or after the entry numbered `after`. */
export async function readTimeline(
  tx: Tx,
  ref: { readonly accountId: string; readonly enrollmentId: string },
  page: { readonly limit: number; readonly after: number },
): Promise<readonly LogRow[]> {
  return tx
    .select()
    .from(logEntries)
    .where(
      and(
        eq(logEntries.accountId, ref.accountId),
        eq(logEntries.subjectId, ref.enrollmentId),
        gt(logEntries.number, page.after),
      ),
    )
    .orderBy(asc(logEntries.number))
    .limit(page.limit);
}

/**
 * The enrollments that a reply or a meeting of one contact concerns, in the order in which they must be locked. These
 * are the contact's own and, where the sequence ends with the company (ENR-22), the live ones of its colleagues in the
 * same sequence.
 */
export async function idsToStop(
  tx: Tx,
  accountId: string,
  enrollmentId: string,
): Promise<readonly string[]> {
  const [own] = await tx
    .select({
      sequenceId: enrollments.sequenceId,
      companyId: contacts.companyId,
      endsWithCompany: sql<boolean>`coalesce((${sequenceVersions.definition} -> 'settings' ->> 'unenrollCompany')::boolean, false)`,
    })
    .from(enrollments)
    .innerJoin(sequenceVersions, isVersionRun)
    .innerJoin(
      contacts,
      and(eq(contacts.accountId, enrollments.accountId), eq(contacts.id, enrollments.contactId)),
    )
    .where(and(eq(enrollments.accountId, accountId), eq(enrollments.id, enrollmentId)));
  const companyId = own?.companyId ?? null;
  if (own === undefined || companyId === null || !own.endsWithCompany) return [enrollmentId];
  const rows = await tx
    .select({ id: enrollments.id })
    .from(enrollments)
    .innerJoin(
      contacts,
      and(eq(contacts.accountId, enrollments.accountId), eq(contacts.id, enrollments.contactId)),
    )
    .where(
      and(
        eq(enrollments.accountId, accountId),
        eq(enrollments.sequenceId, own.sequenceId),
        eq(contacts.companyId, companyId),
        inArray(enrollments.state, [...liveStates]),
      ),
    );
  return [...new Set([enrollmentId, ...rows.map(({ id }) => id)])].sort();
}

function conditions(filter: EnrollmentFilter): (SQL | undefined)[] {
  const equal = <T>(value: T | undefined, make: (value: T) => SQL): SQL | undefined =>
    value === undefined ? undefined : make(value);
  return [
    equal(filter.states, (states) => inArray(enrollments.state, [...states])),
    equal(filter.sequenceId, (id) => eq(enrollments.sequenceId, id)),
    equal(filter.contactId, (id) => eq(enrollments.contactId, id)),
    equal(filter.senderId, (id) => eq(enrollments.senderId, id)),
    equal(filter.sourceKind, (kind) =>
      kind === 'other'
        ? notInArray(enrollments.source, [...sourceKinds])
        : eq(enrollments.source, kind),
    ),
    equal(filter.sourceId, (id) => eq(enrollments.sourceId, id)),
    equal(filter.changedFrom, (at) => gte(enrollments.changedAt, at)),
    equal(filter.changedUntil, (at) => lte(enrollments.changedAt, at)),
  ];
}

function beyond({ after, ascending }: EnrollmentPage): SQL | undefined {
  if (after === undefined) return undefined;
  const past = ascending ? gt : lt;
  return or(
    past(enrollments.changedAt, after.at),
    and(eq(enrollments.changedAt, after.at), past(enrollments.id, after.id)),
  );
}
