import { and, asc, count, eq, inArray, sql } from 'drizzle-orm';
import { absencesOf, type LeaveDays } from '../../domain/time/leave.js';
import type { Absences } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { enrollments, userAbsences, users } from '../schema/index.js';

export type UserAbsence = typeof userAbsences.$inferSelect;

/** A leave of a person whom an enrollment needs. */
interface LeaveOf extends LeaveDays {
  readonly userId: string;
}

/** Kept as a part of its own, so that its columns carry the name of their table in a query of one table. */
const ofPeople = sql`from ${userAbsences} away
  join ${users} person on person.account_id = away.account_id and person.id = away.user_id
  where away.account_id = ${enrollments.accountId}
    and away.user_id in (${enrollments.senderId}, ${enrollments.taskAssigneeId})`;

/** The leaves of the sender and the task assignee of a row of `enrollments`, as a part of a query; null when neither has any. */
export const leavesOfPeople = sql<LeaveOf[] | null>`(
  select jsonb_agg(jsonb_build_object('userId', away.user_id, 'firstOn', away.first_on,
    'lastOn', away.last_on, 'timeZone', person.time_zone))
  ${ofPeople})`;

/** The result of `leavesOfPeople`, in the form that plans are made with. */
export function absencesIn(
  leaves: readonly LeaveOf[] | null,
  people: { readonly senderId: string; readonly taskAssigneeId: string },
): Absences | undefined {
  if (leaves === null) return undefined;
  const of = (id: string) => absencesOf(leaves.filter(({ userId }) => userId === id));
  return { email: of(people.senderId), task: of(people.taskAssigneeId) };
}

/** When the sender and the task assignee of an enrollment that is not made are away; undefined when neither has a leave. */
export async function readAbsences(
  tx: Tx,
  accountId: string,
  people: { readonly senderId: string; readonly taskAssigneeId: string },
): Promise<Absences | undefined> {
  const { userId, firstOn, lastOn } = userAbsences;
  const leaves = await tx
    .select({ userId, firstOn, lastOn, timeZone: users.timeZone })
    .from(userAbsences)
    .innerJoin(users, and(eq(users.accountId, userAbsences.accountId), eq(users.id, userId)))
    .where(
      and(
        eq(userAbsences.accountId, accountId),
        inArray(userId, [people.senderId, people.taskAssigneeId]),
      ),
    );
  return absencesIn(leaves.length === 0 ? null : leaves, people);
}

/** The leaves of a user, earliest first, at most `most` of them. */
export async function listAbsences(
  db: Db | Tx,
  accountId: string,
  userId: string,
  most: number,
): Promise<readonly UserAbsence[]> {
  return db
    .select()
    .from(userAbsences)
    .where(and(eq(userAbsences.accountId, accountId), eq(userAbsences.userId, userId)))
    .orderBy(asc(userAbsences.firstOn), asc(userAbsences.id))
    .limit(most);
}

export async function countAbsences(tx: Tx, accountId: string, userId: string): Promise<number> {
  const rows = await tx
    .select({ total: count() })
    .from(userAbsences)
    .where(and(eq(userAbsences.accountId, accountId), eq(userAbsences.userId, userId)));
  return rows[0]?.total ?? 0;
}

export async function insertAbsence(tx: Tx, absence: UserAbsence): Promise<void> {
  await tx.insert(userAbsences).values(absence);
}

/** Deletes a leave of a user; false when they have no such leave. */
export async function deleteAbsence(
  tx: Tx,
  accountId: string,
  key: { readonly userId: string; readonly id: string },
): Promise<boolean> {
  const rows = await tx
    .delete(userAbsences)
    .where(
      and(
        eq(userAbsences.accountId, accountId),
        eq(userAbsences.userId, key.userId),
        eq(userAbsences.id, key.id),
      ),
    )
    .returning({ id: userAbsences.id });
  return rows.length > 0;
}
