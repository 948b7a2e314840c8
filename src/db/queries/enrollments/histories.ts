import { and, eq, inArray, sql } from 'drizzle-orm';
import { lateTypes } from '../../../domain/enrollment/log.js';
import type { EnrollmentReason } from '../../../domain/enrollment/state.js';
import type { Viewer } from '../../../domain/access/sharing.js';
import type { PastEnrollment } from '../../../domain/enrollment/history.js';
import type { Tx } from '../../client.js';
import { enrollments, logEntries } from '../../schema/index.js';
import { enrollmentVisibleTo } from '../visibility.js';

/**
 * All enrollments of these contacts that `viewer` may know of, by the contact's id; contacts without any are left out.
 */
export async function enrollmentHistories(
  tx: Tx,
  accountId: string,
  contactIds: readonly string[],
  viewer: Viewer,
): Promise<ReadonlyMap<string, readonly PastEnrollment[]>> {
  const histories = new Map<string, PastEnrollment[]>();
  if (contactIds.length === 0) return histories;
  const rows = await tx
    .select({
      contactId: enrollments.contactId,
      id: enrollments.id,
      sequenceId: enrollments.sequenceId,
      state: enrollments.state,
      reason: enrollments.reason,
      enrolledAt: enrollments.enrolledAt,
      endedAt: enrollments.endedAt,
      lateReasons,
    })
    .from(enrollments)
    .where(
      and(
        eq(enrollments.accountId, accountId),
        inArray(enrollments.contactId, [...contactIds]),
        enrollmentVisibleTo(tx, accountId, viewer),
      ),
    );
  for (const { contactId, ...past } of rows) {
    const history = histories.get(contactId);
    if (history === undefined) histories.set(contactId, [past]);
    else history.push(past);
  }
  return histories;
}

/** What the replies and meetings after the end of a row of `enrollments` count as, as a part of a query. */
const lateReasons = sql<EnrollmentReason[]>`array(
  select distinct late.data ->> 'reason' from ${logEntries} late
  where late.account_id = enrollments.account_id and late.subject_id = enrollments.id
    and late.type in ${[...lateTypes]})`;
