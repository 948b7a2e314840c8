import { and, eq, getTableColumns, sql } from 'drizzle-orm';
import type {
  Decision,
  EnrollmentCase,
  OpenTask,
  TaskChange,
} from '../../domain/enrollment/enrollment.js';
import type { LogEntry } from '../../domain/enrollment/log.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import type { Instant } from '../../domain/time/types.js';
import type { Tx } from '../client.js';
import {
  enrollmentEvents,
  enrollments,
  sendSlots,
  sequences,
  sequenceVersions,
  tasks,
  workflowOutbox,
} from '../schema/index.js';

export type EnrollmentRow = typeof enrollments.$inferSelect;
type EnrollmentKey = Pick<EnrollmentRow, 'accountId' | 'id'>;

/** An enrollment with what a decision needs to know. */
export interface EnrollmentRecord extends EnrollmentCase {
  readonly row: EnrollmentRow;
  readonly sequenceName: string;
}

/** An enrollment whose row is locked until the transaction ends. */
export type LockedEnrollment = EnrollmentRecord;

/** Reads an enrollment and what it runs, as it stands now. */
export function readEnrollment(
  tx: Tx,
  accountId: string,
  enrollmentId: string,
): Promise<EnrollmentRecord | undefined> {
  return load(tx, { accountId, enrollmentId, lock: false });
}

/**
 * Locks an enrollment's row until the transaction ends, and reads what it runs.
 * Lock order everywhere: sequence, enrollment (several: by id), then its sends and tasks.
 */
export function lockEnrollment(
  tx: Tx,
  accountId: string,
  enrollmentId: string,
): Promise<LockedEnrollment | undefined> {
  return load(tx, { accountId, enrollmentId, lock: true });
}

async function load(
  tx: Tx,
  { accountId, enrollmentId, lock }: { accountId: string; enrollmentId: string; lock: boolean },
): Promise<EnrollmentRecord | undefined> {
  const query = tx
    .select({
      row: enrollments,
      definition: sequenceVersions.definition,
      sequenceName: sequences.name,
    })
    .from(enrollments)
    .innerJoin(
      sequenceVersions,
      and(
        eq(sequenceVersions.accountId, enrollments.accountId),
        eq(sequenceVersions.sequenceId, enrollments.sequenceId),
        eq(sequenceVersions.version, enrollments.sequenceVersion),
      ),
    )
    .innerJoin(
      sequences,
      and(eq(sequences.accountId, enrollments.accountId), eq(sequences.id, enrollments.sequenceId)),
    )
    .where(and(eq(enrollments.accountId, accountId), eq(enrollments.id, enrollmentId)));
  const [found] = await (lock ? query.for('update', { of: enrollments }) : query);
  if (found === undefined) return undefined;
  return {
    ...found,
    standing: found.row,
    timeZone: found.row.timeZone,
    openTasks: await findOpenTasks(tx, found.row),
  };
}

/** True when the message has taken effect on this enrollment before. */
export async function wasApplied(
  tx: Tx,
  row: Pick<EnrollmentRow, 'accountId' | 'id'>,
  messageId: string,
): Promise<boolean> {
  const [found] = await tx
    .select({ number: enrollmentEvents.number })
    .from(enrollmentEvents)
    .where(
      and(
        eq(enrollmentEvents.accountId, row.accountId),
        eq(enrollmentEvents.enrollmentId, row.id),
        eq(enrollmentEvents.messageId, messageId),
      ),
    );
  return found !== undefined;
}

/**
 * Writes a decision: the row, the log and the tasks, all in the caller's transaction. The slot that was reserved for a step
 * which the enrollment has left unsent is freed.
 */
export async function saveDecision(
  tx: Tx,
  locked: LockedEnrollment,
  decision: Decision,
): Promise<LockedEnrollment> {
  const changedAt = decision.log.at(-1)?.at ?? locked.row.changedAt;
  const eventCount = locked.row.eventCount + decision.log.length;
  const change = { ...pickStanding(decision), changedAt, eventCount };
  const key = { accountId: locked.row.accountId, id: locked.row.id };
  const leftStep = locked.standing.stepId;
  const hasLeft = leftStep !== null && leftStep !== decision.standing.stepId;
  await (hasLeft ? tx.with(freeingSlot(tx, key, leftStep)) : tx)
    .update(enrollments)
    .set(change)
    .where(and(eq(enrollments.accountId, key.accountId), eq(enrollments.id, key.id)));
  await appendLog(tx, key, locked.row.eventCount, decision.log);
  if (decision.taskChange) await changeTasks(tx, key, decision.taskChange, decision.log);
  const row = { ...locked.row, ...change };
  return { ...locked, row, standing: row };
}

/** Takes no lock of the mailbox: whoever next looks for a slot finds it freed. */
function freeingSlot(tx: Tx, { accountId, id }: EnrollmentKey, stepId: string) {
  return tx.$with('freed').as(
    tx
      .update(sendSlots)
      .set({ state: 'freed' })
      .where(
        and(
          eq(sendSlots.accountId, accountId),
          eq(sendSlots.enrollmentId, id),
          eq(sendSlots.stepId, stepId),
          eq(sendSlots.state, 'reserved'),
        ),
      )
      .returning({ stepId: sendSlots.stepId }),
  );
}

/** Appends to the log of one enrollment, numbered on from `from`. */
async function appendLog(
  tx: Tx,
  key: EnrollmentKey,
  from: number,
  entries: readonly LogEntry[],
): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map((entry, index) => logRow(key, from + index + 1, entry));
  await tx.insert(enrollmentEvents).values(rows);
}

/**
 * Writes a new enrollment with the first entry of its log, and leaves word to start it, all in one statement; returns the
 * word. Undefined, and nothing written, when the contact has a live enrollment: the partial unique index sees to it (ENR-08).
 */
export async function insertEnrollment(
  tx: Tx,
  row: typeof enrollments.$inferInsert,
  first: LogEntry,
): Promise<{ readonly id: number } | undefined> {
  const made = tx
    .$with('made')
    .as(
      tx
        .insert(enrollments)
        .values(row)
        .onConflictDoNothing()
        .returning({ accountId: enrollments.accountId, id: enrollments.id }),
    );
  const entry = { messageId: null, ...logRow(row, 1, first) };
  const values = Object.entries(getTableColumns(enrollmentEvents)).map(([name, column]) =>
    sql.param(Reflect.get(entry, name), column),
  );
  const logged = tx.$with('logged').as(
    tx
      .insert(enrollmentEvents)
      .select(sql`select ${sql.join(values, sql`, `)} from ${made}`)
      .returning({ number: enrollmentEvents.number }),
  );
  const queued = tx.$with('queued', { id: sql<number>`id`.mapWith(Number).as('id') }).as(
    sql`insert into ${workflowOutbox} (account_id, enrollment_id, kind)
      select account_id, id, 'start' from ${made} returning id`,
  );
  const [word] = await tx.with(made, logged, queued).select().from(queued);
  return word;
}

function logRow(
  { accountId, id }: EnrollmentKey,
  number: number,
  entry: LogEntry,
): typeof enrollmentEvents.$inferInsert {
  return { ...entry, accountId, enrollmentId: id, number };
}

/** Leaves word for Temporal, to be delivered after the commit and, should that fail, by the sweeper. */
export async function queueForWorkflow(
  tx: Tx,
  row: Pick<EnrollmentRow, 'accountId' | 'id'>,
  message?: EnrollmentMessage,
): Promise<void> {
  await tx.insert(workflowOutbox).values({
    accountId: row.accountId,
    enrollmentId: row.id,
    kind: message === undefined ? 'start' : 'message',
    message: message ?? null,
  });
}

function pickStanding({ standing }: Decision): Decision['standing'] {
  const { state, reason, stepId, stepPosition, nextAt, why } = standing;
  const { lastDoneAt, pausedState, restMs, endedAt } = standing;
  return {
    state,
    reason,
    stepId,
    stepPosition,
    nextAt,
    why,
    lastDoneAt,
    pausedState,
    restMs,
    endedAt,
  };
}

async function findOpenTasks(tx: Tx, row: EnrollmentRow): Promise<readonly OpenTask[]> {
  return tx
    .select({ id: tasks.id, stepId: tasks.stepId })
    .from(tasks)
    .where(
      and(
        eq(tasks.accountId, row.accountId),
        eq(tasks.enrollmentId, row.id),
        eq(tasks.state, 'open'),
      ),
    );
}

async function changeTasks(
  tx: Tx,
  key: { readonly accountId: string; readonly id: string },
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
