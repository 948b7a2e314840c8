import { sql } from 'drizzle-orm';
import type { Decision, Standing } from '../../../domain/enrollment/enrollment.js';
import type { LogEntry } from '../../../domain/enrollment/log.js';
import type { EnrollmentMessage } from '../../../domain/enrollment/message.js';
import { uncertainWhenLeft } from '../../../domain/enrollment/send-outcome.js';
import { findStep } from '../../../domain/sequence/definition.js';
import type { Tx } from '../../client.js';
import { emailSends, enrollments, outbox, sendSlots, tasks } from '../../schema/index.js';
import { isPending, stateOfPassed } from '../email-sends.js';
import { appendToLog, insertLogRow, type NewLogRow } from '../log.js';
import { leaveWord, type NewWord } from '../outbox.js';
import { closeTasks, type UncertainSend } from './close-tasks.js';
import { definitionFor } from './definition.js';
import type { EnrollmentRow, LockedEnrollment } from './read.js';

type EnrollmentKey = Pick<EnrollmentRow, 'accountId' | 'id'>;

/** What was decided for a locked enrollment. */
export interface DecidedChange {
  readonly locked: LockedEnrollment;
  readonly decision: Decision;
  /** What its workflow is told; nothing where it learns of the decision in another way. */
  readonly message?: EnrollmentMessage;
}

/** Writes what was decided for one enrollment (`saveDecisions`), and returns it as it stands then. */
export async function saveDecision(
  tx: Tx,
  locked: LockedEnrollment,
  decision: Decision,
  message?: EnrollmentMessage,
): Promise<LockedEnrollment> {
  const { accountId } = locked.row;
  const change = { locked, decision, ...(message && { message }) };
  const uncertain = await saveDecisions(tx, accountId, [change]);
  const { eventCount, ...changed } = changeOf(change);
  const row = { ...locked.row, ...changed, eventCount: eventCount + uncertain.length };
  return {
    ...locked,
    row,
    standing: row,
    definition: await definitionFor(tx, row, locked.version),
    uncertainSteps: [...locked.uncertainSteps, ...uncertain.map(({ stepId }) => stepId)],
  };
}

/**
 * Writes what was decided for enrollments of one account: their rows, logs and tasks, and the word to their workflows,
 * each in one statement. When an enrollment leaves a step unsent, the slot reserved for that step is freed. The send of a
 * step that is left is settled, and so is the email of a task that is closed: one whose body may be on its way is `unknown`,
 * which the log says before all else; these are returned. With `toVersion` they run that version of their sequence from now
 * on. The rows must be locked.
 */
export async function saveDecisions(
  tx: Tx,
  accountId: string,
  changes: readonly DecidedChange[],
  toVersion?: number,
): Promise<readonly UncertainSend[]> {
  if (changes.length === 0) return [];
  const ofTasks = await closeTasks(tx, accountId, changes);
  const ofSteps = await updateRows(tx, accountId, changes, { toVersion, ofTasks });
  const uncertain = [...ofTasks, ...ofSteps];
  await appendToLog(
    tx,
    changes.flatMap(({ locked: { row }, decision }) =>
      [...uncertainOf(row, decision, uncertain), ...decision.log].map((entry, index) =>
        logRow(row, row.eventCount + index + 1, entry),
      ),
    ),
  );
  const words = changes.flatMap(({ locked: { row }, message }): NewWord[] =>
    message === undefined ? [] : [{ kind: 'enrollment', accountId, id: row.id, message }],
  );
  if (words.length > 0) await leaveWord(tx, words);
  return uncertain;
}

/** What the log says of the mails of one enrollment that a decision leaves uncertain. */
function uncertainOf(
  { id }: EnrollmentKey,
  decision: Decision,
  uncertain: readonly UncertainSend[],
): readonly LogEntry[] {
  return uncertain.flatMap(({ enrollmentId, ...send }) =>
    enrollmentId === id ? [uncertainWhenLeft(decision, send)] : [],
  );
}

/** The columns of a row that a decision changes. */
function changeOf(
  { locked, decision }: Pick<DecidedChange, 'locked' | 'decision'>,
  toVersion?: number,
): Standing & Pick<EnrollmentRow, 'eventCount' | 'changedAt'> {
  const standing = toVersion === undefined ? placed(locked, decision) : decision.standing;
  const { state, reason, stepId, stepPosition, nextAt, why } = standing;
  const { lastDoneAt, wantedClockMs, pausedState, restMs, pausedUntil, endedAt } = standing;
  return {
    ...{ state, reason, stepId, stepPosition, nextAt, why },
    ...{ lastDoneAt, wantedClockMs, pausedState, restMs, pausedUntil, endedAt },
    eventCount: locked.row.eventCount + decision.log.length,
    changedAt: decision.log.at(-1)?.at ?? locked.row.changedAt,
  };
}

/** Once a deleted step is behind, steps are counted as in the version. */
function placed({ version }: LockedEnrollment, { standing }: Decision): Standing {
  const { stepId } = standing;
  const position = stepId === null ? undefined : findStep(version, stepId)?.position;
  return position === undefined ? standing : { ...standing, stepPosition: position };
}

/**
 * Also frees slots, and settles sends. It takes no lock of the mailbox: the next search for a slot finds it freed. The slot
 * and the send of an earlier step belong to its task's email, which is still to go out, and so do those of a task that stays
 * open when its enrollment ends. Returns the sends of steps that may have been delivered.
 */
async function updateRows(
  tx: Tx,
  accountId: string,
  changes: readonly DecidedChange[],
  known: { readonly toVersion: number | undefined; readonly ofTasks: readonly UncertainSend[] },
): Promise<readonly UncertainSend[]> {
  const { toVersion, ofTasks } = known;
  const version =
    toVersion === undefined
      ? sql``
      : sql`sequence_version = ${toVersion}, version_changed_at = change."changedAt",`;
  const rows = changes.map((change) => {
    const { id, stepId } = change.locked.row;
    const changed = changeOf(change, toVersion);
    const eventCount =
      changed.eventCount + ofTasks.filter(({ enrollmentId }) => enrollmentId === id).length;
    return { ...changed, id, eventCount, leftStepId: stepId === changed.stepId ? null : stepId };
  });
  const { rows: saved } = await tx.execute<{
    readonly enrollmentId: string;
    readonly stepId: string | null;
    readonly sendId: string | null;
  }>(sql`
    with change as (
      select * from jsonb_to_recordset(${JSON.stringify(rows)}::jsonb) as change (
        id uuid, "leftStepId" text, state text, reason text, "stepId" text, "stepPosition" integer,
        "nextAt" timestamptz, why jsonb, "lastDoneAt" timestamptz, "wantedClockMs" integer, "pausedState" text, "restMs" bigint,
        "pausedUntil" timestamptz, "endedAt" timestamptz, "eventCount" integer, "changedAt" timestamptz)
    ), freed as (
      update ${sendSlots} as slot set state = 'freed' from change
      where slot.account_id = ${accountId} and slot.enrollment_id = change.id
        and slot.step_id = change."leftStepId" and slot.state = 'reserved'
    ), settled as (
      update ${emailSends} as send set
        state = ${stateOfPassed}, lease_until = null, settled_at = change."changedAt"
      from change
      where send.account_id = ${accountId} and send.enrollment_id = change.id
        and send.step_id = change."leftStepId" and ${isPending}
        and not exists (
          select from ${tasks} task
          where task.account_id = ${accountId} and task.enrollment_id = change.id
            and task.step_id = change."leftStepId" and task.state = 'open')
      returning send.id, send.enrollment_id, send.state
    ), uncertain as (select * from settled where state = 'unknown')
    update ${enrollments} as changed set
      ${version}
      state = change.state, reason = change.reason,
      step_id = change."stepId", step_position = change."stepPosition",
      next_at = change."nextAt", why = change.why, last_done_at = change."lastDoneAt",
      wanted_clock_ms = change."wantedClockMs",
      paused_state = change."pausedState", rest_ms = change."restMs",
      paused_until = change."pausedUntil", ended_at = change."endedAt",
      event_count = change."eventCount" + (
        select count(*) from uncertain where uncertain.enrollment_id = change.id),
      changed_at = change."changedAt"
    from change
    where changed.account_id = ${accountId} and changed.id = change.id
    returning changed.id as "enrollmentId", change."leftStepId" as "stepId",
      (select uncertain.id from uncertain where uncertain.enrollment_id = changed.id) as "sendId"`);
  return saved.flatMap(({ enrollmentId, stepId, sendId }) =>
    stepId === null || sendId === null ? [] : [{ enrollmentId, stepId, sendId }],
  );
}

/** One entry as a row of the log. */
function logRow({ accountId, id }: EnrollmentKey, number: number, entry: LogEntry): NewLogRow {
  const data = { ...entry.data };
  return { ...entry, data, accountId, subject: 'enrollment', subjectId: id, number };
}

/** Leaves word for an enrollment's run, to be delivered after the commit and, should that fail, by a sweeper. */
export async function queueForWorkflow(
  tx: Tx,
  { accountId, id }: EnrollmentKey,
  message: EnrollmentMessage,
): Promise<void> {
  await leaveWord(tx, [{ kind: 'enrollment', accountId, id, message }]);
}

/**
 * Writes a new enrollment with the first entry of its log and leaves word to start it, all in one statement; returns
 * the word. When the contact has a live enrollment, nothing is written and the result is undefined: the partial unique
 * index sees to it (ENR-08).
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
    sql`insert into ${outbox} (account_id, target_kind, target_id)
      select account_id, 'enrollment', id from ${made} returning id`,
  );
  const [word] = await tx.with(made, logged, queued).select().from(queued);
  return word;
}
