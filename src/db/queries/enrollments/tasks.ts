import { and, eq, sql } from 'drizzle-orm';
import type { OpenTask, TaskChange } from '../../../domain/enrollment/enrollment.js';
import type { LogEntry } from '../../../domain/enrollment/log.js';
import type { Instant } from '../../../domain/time/types.js';
import type { Tx } from '../../client.js';
import { tasks } from '../../schema/index.js';

interface EnrollmentKey {
  readonly accountId: string;
  readonly id: string;
}

/** The tasks that an enrollment's steps made and nobody has closed yet. */
export async function findOpenTasks(
  tx: Tx,
  { accountId, id }: EnrollmentKey,
): Promise<readonly OpenTask[]> {
  return tx
    .select({ id: tasks.id, stepId: tasks.stepId })
    .from(tasks)
    .where(
      and(eq(tasks.accountId, accountId), eq(tasks.enrollmentId, id), eq(tasks.state, 'open')),
    );
}

/** Closes tasks as it was decided, by whom and when the decision's log says. */
export async function changeTasks(
  tx: Tx,
  key: EnrollmentKey,
  change: TaskChange,
  log: readonly LogEntry[],
): Promise<void> {
  const closedAt: Instant | null = log[0]?.at ?? null;
  const actor = log[0]?.actor;
  const closedById = actor?.kind === 'user' ? (actor.id ?? null) : null;
  await tx
    .update(tasks)
    .set({ state: change.kind === 'complete' ? 'completed' : 'cancelled', closedAt, closedById })
    .where(
      and(
        eq(tasks.accountId, key.accountId),
        eq(tasks.enrollmentId, key.id),
        eq(tasks.state, 'open'),
        change.kind === 'cancel_open' ? sql`true` : eq(tasks.id, change.taskId),
      ),
    );
}
