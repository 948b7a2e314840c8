import { and, eq } from 'drizzle-orm';
import type { EventEffect } from '../../domain/enrollment/log.js';
import type { Tx } from '../client.js';
import { events } from '../schema/index.js';

export type EventRow = typeof events.$inferSelect;

/**
 * Notes that an event was reported, or returns the earlier report with the same id. Of two reports at once, the second
 * waits until the first is committed.
 */
export async function claimEvent(
  tx: Tx,
  event: Omit<EventRow, 'effects'>,
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

/** Notes what a claimed event did, in the transaction that did it. */
export async function noteEffects(
  tx: Tx,
  event: Pick<EventRow, 'accountId' | 'id'>,
  effects: readonly EventEffect[],
): Promise<void> {
  await tx
    .update(events)
    .set({ effects })
    .where(and(eq(events.accountId, event.accountId), eq(events.id, event.id)));
}
