import { and, asc, count, eq, inArray, or, type SQL } from 'drizzle-orm';
import type { Viewer } from '../../../domain/access/sharing.js';
import { liveStates } from '../../../domain/enrollment/state.js';
import type { Tx } from '../../client.js';
import { contacts, enrollments, tasks } from '../../schema/index.js';
import { enrollmentVisibleTo } from '../visibility.js';

/** Whose enrollments, or which. */
export type EnrollmentsOf =
  | { readonly ids: readonly string[] }
  | { readonly sequenceId: string }
  | { readonly contactId: string }
  | { readonly companyId: string }
  /** Those of whoever has this address, in the form in which addresses are compared. */
  | { readonly address: string }
  /** Those that a user sends, made, or works the tasks or one open task of. */
  | { readonly userId: string };

/**
 * The given enrollments that have not ended and that `viewer` may know of, in the order in which they must be locked.
 */
export async function liveIds(
  tx: Tx,
  accountId: string,
  which: EnrollmentsOf,
  viewer: Viewer = null,
): Promise<readonly string[]> {
  const visible = enrollmentVisibleTo(tx, accountId, viewer);
  const rows = await tx
    .select({ id: enrollments.id })
    .from(enrollments)
    .where(and(isLive(tx, accountId, which), visible))
    .orderBy(asc(enrollments.id));
  return rows.map(({ id }) => id);
}

/** How many of some enrollments have not ended. */
export async function countLive(tx: Tx, accountId: string, which: EnrollmentsOf): Promise<number> {
  const rows = await tx
    .select({ total: count() })
    .from(enrollments)
    .where(isLive(tx, accountId, which));
  return rows[0]?.total ?? 0;
}

function isLive(tx: Tx, accountId: string, which: EnrollmentsOf): SQL | undefined {
  return and(
    eq(enrollments.accountId, accountId),
    inArray(enrollments.state, [...liveStates]),
    isOneOf(tx, accountId, which),
  );
}

function isOneOf(tx: Tx, accountId: string, which: EnrollmentsOf): SQL | undefined {
  if ('ids' in which) return inArray(enrollments.id, [...which.ids]);
  if ('sequenceId' in which) return eq(enrollments.sequenceId, which.sequenceId);
  if ('contactId' in which) return eq(enrollments.contactId, which.contactId);
  if ('userId' in which) {
    const { senderId, enrolledById, taskAssigneeId } = enrollments;
    const { userId } = which;
    const given = tx
      .select({ id: tasks.enrollmentId })
      .from(tasks)
      .where(
        and(eq(tasks.accountId, accountId), eq(tasks.assigneeId, userId), eq(tasks.state, 'open')),
      );
    return or(
      ...[senderId, enrolledById, taskAssigneeId].map((part) => eq(part, userId)),
      inArray(enrollments.id, given),
    );
  }
  const those =
    'address' in which
      ? eq(contacts.emailNormalized, which.address)
      : eq(contacts.companyId, which.companyId);
  const people = tx
    .select({ id: contacts.id })
    .from(contacts)
    .where(and(eq(contacts.accountId, accountId), those));
  return inArray(enrollments.contactId, people);
}
