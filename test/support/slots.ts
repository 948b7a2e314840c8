import { and, asc, eq, ne } from 'drizzle-orm';
import type { Db } from '../../src/db/client.js';
import { newId } from '../../src/db/new-id.js';
import { accounts, enrollments, sendSlots } from '../../src/db/schema/index.js';
import { lockSender } from '../../src/db/queries/mailboxes.js';
import type { SendSlot } from '../../src/db/queries/send-slots.js';
import { takeSlot, type SlotAnswer, type SlotRequest } from '../../src/usecases/sending/slots.js';
import type { SendLimits } from '../../src/domain/capacity/limits.js';

/** So many more enrollments like one, all ended, for slots to belong to. */
export async function copyEnrollments(
  db: Db,
  enrollmentId: string,
  count: number,
): Promise<readonly string[]> {
  const [row] = await db.select().from(enrollments).where(eq(enrollments.id, enrollmentId));
  if (row === undefined) throw new Error(`no enrollment ${enrollmentId}`);
  const at = row.enrolledAt;
  const copies = Array.from({ length: count }, () => ({
    ...row,
    id: newId(at),
    state: 'finished' as const,
    endedAt: at,
  }));
  for (let from = 0; from < count; from += 1000) {
    await db.insert(enrollments).values(copies.slice(from, from + 1000));
  }
  return copies.map(({ id }) => id);
}

/** Takes a slot as a send does: with the mailbox and its user locked. */
export function take(db: Db, request: SlotRequest): Promise<SlotAnswer> {
  return db.transaction(async (tx) => {
    await lockSender(tx, request.owner);
    return takeSlot(tx, request);
  });
}

/** All slots of a mailbox that count, in the order of their times. */
export function readSlots(db: Db, mailboxId: string): Promise<readonly SendSlot[]> {
  return db
    .select()
    .from(sendSlots)
    .where(and(eq(sendSlots.mailboxId, mailboxId), ne(sendSlots.state, 'freed')))
    .orderBy(asc(sendSlots.at), asc(sendSlots.place));
}

/** Sets what an account allows. */
export async function setAccountLimits(
  db: Db,
  accountId: string,
  limits: Partial<SendLimits>,
): Promise<void> {
  await db.update(accounts).set(limits).where(eq(accounts.id, accountId));
}
