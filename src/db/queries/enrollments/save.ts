import { and, eq, sql } from 'drizzle-orm';
import type { Viewer } from '../../../domain/access/sharing.js';
import type { Decision, EnrollmentCase } from '../../../domain/enrollment/enrollment.js';
import type { LogEntry } from '../../../domain/enrollment/log.js';
import type { EnrollmentMessage } from '../../../domain/enrollment/message.js';
import { findStep, type SequenceDefinition } from '../../../domain/sequence/definition.js';
import type { Tx } from '../../client.js';
import {
  enrollments,
  logEntries,
  sendSlots,
  sequences,
  sequenceVersions,
  workflowOutbox,
} from '../../schema/index.js';
import { holidaysIn, holidaysOf } from '../holiday-calendars.js';
import { insertLogRow } from '../log.js';
import { heldByPause } from '../sending-pauses.js';
import { opensIn, opensOf } from '../contact-opens.js';
import { changeTasks, findOpenTasks } from './tasks.js';
import { definitionFor, stepsRun } from './definition.js';
import { absencesIn, leavesOfPeople } from '../user-absences.js';
import { enrollmentVisibleTo } from '../visibility.js';

export type EnrollmentRow = typeof enrollments.$inferSelect;
type EnrollmentKey = Pick<EnrollmentRow, 'accountId' | 'id'>;

/** An enrollment with what a decision needs to know. */
export interface EnrollmentRecord extends EnrollmentCase {
  readonly row: EnrollmentRow;
  readonly sequenceName: string;
  /** The version itself, without a step that only this enrollment still runs. */
  readonly version: SequenceDefinition;
}

/** An enrollment whose row is locked until the transaction ends. */
export type LockedEnrollment = EnrollmentRecord;

/** Reads an enrollment and what it runs, as it stands now; undefined when `viewer` may not know of it. */
export function readEnrollment(
  tx: Tx,
  accountId: string,
  enrollmentId: string,
  viewer: Viewer,
): Promise<EnrollmentRecord | undefined> {
  return load(tx, { accountId, enrollmentId, viewer, lock: false });
}

/**
 * Locks an enrollment's row until the transaction ends, and reads what it runs.
 * Lock order everywhere: sequence, enrollment (several: by id), then its sends and tasks.
 * Undefined when `viewer` may not know of it; what acts for nobody leaves the viewer out.
 */
export function lockEnrollment(
  tx: Tx,
  accountId: string,
  enrollmentId: string,
  viewer: Viewer = null,
): Promise<LockedEnrollment | undefined> {
  return load(tx, { accountId, enrollmentId, viewer, lock: true });
}

interface Wanted {
  readonly accountId: string;
  readonly enrollmentId: string;
  readonly viewer: Viewer;
  readonly lock: boolean;
}

async function load(tx: Tx, wanted: Wanted): Promise<EnrollmentRecord | undefined> {
  const found = await find(tx, wanted);
  if (found !== undefined || !wanted.lock) return found;
  // Whoever waited for the lock while the enrollment was moved to another version finds the row no longer beside the version
  // that it was read with: it is locked alone, and read by a statement of its own.
  const { accountId, enrollmentId } = wanted;
  const [held] = await tx
    .select({ id: enrollments.id })
    .from(enrollments)
    .where(and(eq(enrollments.accountId, accountId), eq(enrollments.id, enrollmentId)))
    .for('update');
  return held && find(tx, wanted);
}

async function find(
  tx: Tx,
  { accountId, enrollmentId, viewer, lock }: Wanted,
): Promise<EnrollmentRecord | undefined> {
  const query = tx
    .select({
      row: enrollments,
      version: sequenceVersions.definition,
      sequenceName: sequences.name,
      holidays: holidaysOf(accountId, sequenceVersions.definition, enrollments.overrides),
      heldBy: heldByPause,
      leaves: leavesOfPeople,
      opens: opensOf(sequenceVersions.definition),
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
    .where(
      and(
        eq(enrollments.accountId, accountId),
        eq(enrollments.id, enrollmentId),
        enrollmentVisibleTo(tx, accountId, viewer),
      ),
    );
  const [found] = await (lock ? query.for('update', { of: enrollments }) : query);
  if (found === undefined) return undefined;
  const { row, version } = found;
  return {
    ...found,
    standing: row,
    definition: await definitionFor(tx, row, version),
    timeZone: row.timeZone,
    holidays: holidaysIn(found.holidays),
    absences: absencesIn(found.leaves, row),
    opens: opensIn(found.opens),
    openTasks: await findOpenTasks(tx, row),
    ...(await ranBy(tx, row)),
  };
}

/** The steps that are behind it, where their order does not tell: it was moved, or did not begin at the first. */
async function ranBy(tx: Tx, row: EnrollmentRow): Promise<Pick<EnrollmentCase, 'ran'>> {
  const before = row.stepsBeforeStart ?? [];
  if (row.versionChangedAt === null) return before.length === 0 ? {} : { ran: new Set(before) };
  const ran = (await stepsRun(tx, row.accountId, [row.id])).get(row.id) ?? [];
  return { ran: new Set([...before, ...ran]) };
}

/** True when the message has taken effect on this enrollment before. */
export async function wasApplied(
  tx: Tx,
  row: Pick<EnrollmentRow, 'accountId' | 'id'>,
  messageId: string,
): Promise<boolean> {
  const [found] = await tx
    .select({ number: logEntries.number })
    .from(logEntries)
    .where(
      and(
        eq(logEntries.accountId, row.accountId),
        eq(logEntries.subjectId, row.id),
        eq(logEntries.messageId, messageId),
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
  const change = { ...pickStanding(placed(locked, decision)), changedAt, eventCount };
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
  const definition = await definitionFor(tx, row, locked.version);
  return { ...locked, row, standing: row, definition };
}

/** Steps are counted as the version has them, once a deleted one is behind. */
function placed(locked: LockedEnrollment, { standing }: Decision): Decision['standing'] {
  const { stepId } = standing;
  const position = stepId === null ? undefined : findStep(locked.version, stepId)?.position;
  return position === undefined ? standing : { ...standing, stepPosition: position };
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
  await tx.insert(logEntries).values(rows);
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
  const logged = tx
    .$with('logged', { number: sql<number>`number`.as('number') })
    .as(insertLogRow(logRow(row, 1, first), made));
  const queued = tx.$with('queued', { id: sql<number>`id`.mapWith(Number).as('id') }).as(
    sql`insert into ${workflowOutbox} (account_id, enrollment_id, kind)
      select account_id, id, 'start' from ${made} returning id`,
  );
  const [word] = await tx.with(made, logged, queued).select().from(queued);
  return word;
}

/** One entry as a row of the log. */
export function logRow(
  { accountId, id }: EnrollmentKey,
  number: number,
  entry: LogEntry,
): typeof logEntries.$inferInsert {
  const data = { ...entry.data };
  return { ...entry, data, accountId, subject: 'enrollment', subjectId: id, number };
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

function pickStanding(standing: Decision['standing']): Decision['standing'] {
  const { state, reason, stepId, stepPosition, nextAt, why } = standing;
  const { lastDoneAt, pausedState, restMs, pausedUntil, endedAt } = standing;
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
    pausedUntil,
    endedAt,
  };
}
