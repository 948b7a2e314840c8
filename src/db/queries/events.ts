import { and, asc, eq, exists, gte, isNull, lte, or, sql } from 'drizzle-orm';
import type { Viewer } from '../../domain/access/sharing.js';
import type { Instant } from '../../domain/time/types.js';
import type { Tx } from '../client.js';
import { enrollments, events } from '../schema/index.js';
import { enrollmentVisibleTo } from './visibility.js';

export type EventRow = typeof events.$inferSelect;

/**
 * Notes that an event was reported, or returns the earlier report with the same id. Of two reports at once, the second
 * waits until the first is committed.
 */
export async function claimEvent(
  tx: Tx,
  event: Omit<EventRow, 'effects' | 'contactId' | 'enrollmentId'>,
): Promise<EventRow | undefined> {
  const inserted = await tx
    .insert(events)
    .values({ ...event, effects: [] })
    .onConflictDoNothing()
    .returning({ id: events.id });
  if (inserted.length === 1) return undefined;
  const [earlier] = await tx
    .select()
    .from(events)
    .where(and(eq(events.accountId, event.accountId), eq(events.id, event.id)));
  return earlier;
}

/** What a claimed event did, and whom and which enrollment it is about. */
export type EventOutcome = Pick<EventRow, 'effects' | 'contactId' | 'enrollmentId'>;

/** Notes what a claimed event did, in the transaction that did it. */
export async function noteOutcome(
  tx: Tx,
  event: Pick<EventRow, 'accountId' | 'id'>,
  outcome: EventOutcome,
): Promise<void> {
  await tx
    .update(events)
    .set(outcome)
    .where(and(eq(events.accountId, event.accountId), eq(events.id, event.id)));
}

/** Which events are listed. */
export interface EventQuery {
  readonly contactId: string | undefined;
  readonly enrollmentId: string | undefined;
  readonly type: EventRow['type'] | undefined;
  readonly from: Instant | undefined;
  readonly until: Instant | undefined;
  readonly after: { readonly occurredAt: Instant; readonly id: string } | undefined;
  readonly limit: number;
}

/**
 * Reported events, the earliest first. `viewer` is told of those about no enrollment, and about enrollments that they may know
 * of.
 */
export async function listEvents(
  tx: Tx,
  accountId: string,
  viewer: Viewer,
  { contactId, enrollmentId, type, from, until, after, limit }: EventQuery,
): Promise<readonly EventRow[]> {
  const known = tx
    .select({ id: enrollments.id })
    .from(enrollments)
    .where(
      and(
        eq(enrollments.accountId, events.accountId),
        eq(enrollments.id, events.enrollmentId),
        enrollmentVisibleTo(tx, accountId, viewer),
      ),
    );
  return tx
    .select()
    .from(events)
    .where(
      and(
        eq(events.accountId, accountId),
        contactId === undefined ? undefined : eq(events.contactId, contactId),
        enrollmentId === undefined ? undefined : eq(events.enrollmentId, enrollmentId),
        type === undefined ? undefined : eq(events.type, type),
        from === undefined ? undefined : gte(events.occurredAt, from),
        until === undefined ? undefined : lte(events.occurredAt, until),
        viewer === null ? undefined : or(isNull(events.enrollmentId), exists(known)),
        after &&
          sql`(${events.occurredAt}, ${events.id}) > (${after.occurredAt}::timestamptz, ${after.id})`,
      ),
    )
    .orderBy(asc(events.occurredAt), asc(events.id))
    .limit(limit);
}
