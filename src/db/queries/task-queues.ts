import { and, asc, eq, gt, inArray, type SQL } from 'drizzle-orm';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { taskQueues, tasks } from '../schema/index.js';
import { renamed } from './compare-texts.js';
import { onlyRow } from './only-row.js';

export type TaskQueue = Omit<typeof taskQueues.$inferSelect, 'namesake'>;

export async function insertTaskQueue(tx: Tx, queue: TaskQueue): Promise<TaskQueue> {
  return onlyRow(await tx.insert(taskQueues).values(queue).returning());
}

export async function findTaskQueue(
  db: Db | Tx,
  accountId: string,
  id: string,
): Promise<TaskQueue | undefined> {
  const [found] = await db.select().from(taskQueues).where(isQueue(accountId, id));
  return found;
}

/** Those of the ids that are queues of the account. */
export async function knownTaskQueues(
  tx: Tx,
  accountId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx
    .select({ id: taskQueues.id })
    .from(taskQueues)
    .where(and(eq(taskQueues.accountId, accountId), inArray(taskQueues.id, [...ids])));
  return new Set(rows.map(({ id }) => id));
}

/** Queues in the order in which they were made. */
export async function listTaskQueues(
  db: Db | Tx,
  accountId: string,
  page: { readonly limit: number; readonly after: string | undefined },
): Promise<readonly TaskQueue[]> {
  return db
    .select()
    .from(taskQueues)
    .where(
      and(
        eq(taskQueues.accountId, accountId),
        page.after === undefined ? undefined : gt(taskQueues.id, page.after),
      ),
    )
    .orderBy(asc(taskQueues.id))
    .limit(page.limit);
}

/** Renames a queue; undefined when the account has none with this id. */
export async function renameTaskQueue(
  tx: Tx,
  accountId: string,
  id: string,
  { name, updatedAt }: { readonly name: string; readonly updatedAt: Instant },
): Promise<TaskQueue | undefined> {
  const [queue] = await tx
    .update(taskQueues)
    .set({ updatedAt, ...renamed(taskQueues, name) })
    .where(isQueue(accountId, id))
    .returning();
  return queue;
}

/** The queue, locked for a change. */
export async function lockTaskQueue(
  tx: Tx,
  accountId: string,
  id: string,
): Promise<TaskQueue | undefined> {
  const [queue] = await tx
    .select()
    .from(taskQueues)
    .where(isQueue(accountId, id))
    .for('no key update');
  return queue;
}

/** Deletes a queue and returns it; its tasks stay, in no queue. */
export async function deleteTaskQueue(
  tx: Tx,
  accountId: string,
  id: string,
): Promise<TaskQueue | undefined> {
  // Locked first, so that no task can be put into it between the two statements.
  const [locked] = await tx.select().from(taskQueues).where(isQueue(accountId, id)).for('update');
  if (locked === undefined) return undefined;
  await tx
    .update(tasks)
    .set({ queueId: null })
    .where(and(eq(tasks.accountId, accountId), eq(tasks.queueId, id)));
  await tx.delete(taskQueues).where(isQueue(accountId, id));
  return locked;
}

function isQueue(accountId: string, id: string): SQL | undefined {
  return and(eq(taskQueues.accountId, accountId), eq(taskQueues.id, id));
}
