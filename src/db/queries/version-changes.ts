import { and, asc, eq, inArray, or, sql } from 'drizzle-orm';
import type { MovingCase } from '../../domain/enrollment/change-version.js';
import type { Decision, OpenTask } from '../../domain/enrollment/enrollment.js';
import type { EnrollmentMessage } from '../../domain/enrollment/message.js';
import { liveStates } from '../../domain/enrollment/state.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import type { Tx } from '../client.js';
import {
  emailSends,
  enrollments,
  logEntries,
  sendSlots,
  sequenceVersions,
  tasks,
  workflowOutbox,
} from '../schema/index.js';
import { logRow, type EnrollmentRow } from './enrollments/save.js';
import { withOpens } from './contact-opens.js';
import { holidaysIn, holidaysOf, readHolidays } from './holiday-calendars.js';
import { heldByPause } from './sending-pauses.js';
import { definitionFor, stepsRun } from './enrollments/definition.js';
import { absencesIn, leavesOfPeople } from './user-absences.js';

/** An enrollment with what a change of its version is decided by. */
export interface MovingEnrollment extends MovingCase {
  readonly row: EnrollmentRow;
}

/** A decided change of one of many, with the message that tells the workflow of it. */
export interface DecidedChange {
  readonly row: EnrollmentRow;
  readonly decision: Decision;
  readonly message: EnrollmentMessage;
}

/** A version with the days that are no business days by its calendars. */
type VersionToMoveFrom = Pick<MovingCase, 'definition' | 'holidays'>;

/** All versions of a sequence by their number. */
export async function versionsOf(
  tx: Tx,
  accountId: string,
  sequenceId: string,
): Promise<ReadonlyMap<number, VersionToMoveFrom>> {
  const rows = await tx
    .select({
      version: sequenceVersions.version,
      definition: sequenceVersions.definition,
      holidays: holidaysOf(accountId, sequenceVersions.definition),
    })
    .from(sequenceVersions)
    .where(
      and(eq(sequenceVersions.accountId, accountId), eq(sequenceVersions.sequenceId, sequenceId)),
    );
  return new Map(
    rows.map(({ version, definition, holidays }) => [
      version,
      { definition, holidays: holidaysIn(holidays) },
    ]),
  );
}

/**
 * Reads those of some enrollments that are live, by id; with `lock` their rows are locked until the transaction ends.
 * For a change of their version the sequence must be locked before; the ids must be a part of a list in the same order.
 */
export async function readMoving(
  tx: Tx,
  accountId: string,
  ids: readonly string[],
  options: {
    readonly lock: boolean;
    readonly versionsOf: (sequenceId: string) => Promise<ReadonlyMap<number, VersionToMoveFrom>>;
    /** The version that they are to be moved to, where they are. */
    readonly to?: SequenceDefinition;
  },
): Promise<readonly MovingEnrollment[]> {
  const query = tx
    .select({ row: enrollments, heldBy: heldByPause, leaves: leavesOfPeople })
    .from(enrollments)
    .where(
      and(
        eq(enrollments.accountId, accountId),
        inArray(enrollments.id, [...ids]),
        inArray(enrollments.state, [...liveStates]),
      ),
    )
    .orderBy(asc(enrollments.id));
  const found = await (options.lock ? query.for('update', { of: enrollments }) : query);
  const rows = found.map(({ row }) => row);
  const ran = await stepsRun(tx, accountId, ids);
  const sends = await sendsUnderWay(tx, accountId, ids);
  const openTasks = await awaitedTasks(tx, accountId, rows);
  const moving: MovingEnrollment[] = [];
  for (const { row, heldBy, leaves } of found) {
    const version = (await options.versionsOf(row.sequenceId)).get(row.sequenceVersion);
    if (version === undefined) throw new Error(`no version ${row.sequenceVersion}`);
    const own = row.overrides?.settings?.holidayCalendarIds;
    moving.push({
      row,
      heldBy,
      standing: row,
      overrides: row.overrides,
      definition: await definitionFor(tx, row, version.definition),
      holidays: own === undefined ? version.holidays : await readHolidays(tx, accountId, own),
      absences: absencesIn(leaves, row),
      timeZone: row.timeZone,
      ran: new Set([...(row.stepsBeforeStart ?? []), ...(ran.get(row.id) ?? [])]),
      openTasks: openTasks.get(row.id) ?? [],
      send: sends.get(keyOf(row.id, row.stepId)),
    });
  }
  return withOpens(tx, accountId, moving, options.to);
}

/** The sends that an attempt holds or nobody knows the end of. */
async function sendsUnderWay(
  tx: Tx,
  accountId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MovingCase['send']>> {
  const rows = await tx
    .select({
      enrollmentId: emailSends.enrollmentId,
      stepId: emailSends.stepId,
      state: emailSends.state,
    })
    .from(emailSends)
    .where(
      and(
        eq(emailSends.accountId, accountId),
        inArray(emailSends.enrollmentId, [...ids]),
        inArray(emailSends.state, ['connecting', 'in_data', 'unknown']),
      ),
    );
  return new Map(
    rows.map(({ enrollmentId, stepId, state }) => [
      keyOf(enrollmentId, stepId),
      state === 'connecting' ? 'claimed' : 'begun',
    ]),
  );
}

function keyOf(enrollmentId: string, stepId: string | null): string {
  return `${enrollmentId}/${stepId ?? ''}`;
}

async function awaitedTasks(
  tx: Tx,
  accountId: string,
  rows: readonly EnrollmentRow[],
): Promise<ReadonlyMap<string, readonly OpenTask[]>> {
  const waiting = rows
    .filter(({ state, pausedState }) => (pausedState ?? state) === 'waiting_task')
    .map(({ id }) => id);
  if (waiting.length === 0) return new Map();
  const open = await tx
    .select({ enrollmentId: tasks.enrollmentId, id: tasks.id, stepId: tasks.stepId })
    .from(tasks)
    .where(
      and(
        eq(tasks.accountId, accountId),
        inArray(tasks.enrollmentId, waiting),
        eq(tasks.state, 'open'),
      ),
    );
  const byEnrollment = new Map<string, OpenTask[]>();
  for (const { enrollmentId, ...task } of open) {
    byEnrollment.set(enrollmentId, [...(byEnrollment.get(enrollmentId) ?? []), task]);
  }
  return byEnrollment;
}

/**
 * Writes what was decided for many enrollments of one account: their rows, logs and tasks, and the word to their
 * workflows, each in one statement. With `toVersion` they run that version of their sequence from now on. The rows must
 * be locked.
 */
export async function saveDecisions(
  tx: Tx,
  accountId: string,
  moves: readonly DecidedChange[],
  toVersion?: number,
): Promise<void> {
  if (moves.length === 0) return;
  await updateRows(tx, accountId, moves, toVersion);
  const log = moves.flatMap(({ row, decision }) =>
    decision.log.map((entry, index) => logRow(row, row.eventCount + index + 1, entry)),
  );
  await tx.insert(logEntries).values(log);
  await tx.insert(workflowOutbox).values(
    moves.map(({ row, message }) => ({
      accountId,
      enrollmentId: row.id,
      kind: 'message' as const,
      message,
    })),
  );
  await cancelTasks(tx, accountId, moves);
  await freeSlots(tx, accountId, moves);
}

/** A slot that was reserved for a step which is no longer next goes to others. */
async function freeSlots(
  tx: Tx,
  accountId: string,
  moves: readonly DecidedChange[],
): Promise<void> {
  const left = moves
    .filter(({ row, decision }) => row.stepId !== decision.standing.stepId)
    .map(({ row }) => row.id);
  if (left.length === 0) return;
  await tx
    .update(sendSlots)
    .set({ state: 'freed' })
    .where(
      and(
        eq(sendSlots.accountId, accountId),
        inArray(sendSlots.enrollmentId, left),
        eq(sendSlots.state, 'reserved'),
      ),
    );
}

async function updateRows(
  tx: Tx,
  accountId: string,
  moves: readonly DecidedChange[],
  toVersion: number | undefined,
): Promise<void> {
  const version =
    toVersion === undefined
      ? sql``
      : sql`sequence_version = ${toVersion}, version_changed_at = change.changed_at,`;
  const changes = moves.map(({ row, decision: { standing, log } }) => ({
    id: row.id,
    state: standing.state,
    reason: standing.reason,
    step_id: standing.stepId,
    step_position: standing.stepPosition,
    next_at: standing.nextAt,
    why: standing.why,
    last_done_at: standing.lastDoneAt,
    paused_state: standing.pausedState,
    rest_ms: standing.restMs,
    paused_until: standing.pausedUntil,
    ended_at: standing.endedAt,
    event_count: row.eventCount + log.length,
    changed_at: log.at(-1)?.at ?? row.changedAt,
  }));
  await tx.execute(sql`
    update ${enrollments} as moved set
      ${version}
      state = change.state, reason = change.reason,
      step_id = change.step_id, step_position = change.step_position,
      next_at = change.next_at, why = change.why, last_done_at = change.last_done_at,
      paused_state = change.paused_state, rest_ms = change.rest_ms,
      paused_until = change.paused_until, ended_at = change.ended_at,
      event_count = change.event_count, changed_at = change.changed_at
    from jsonb_to_recordset(${JSON.stringify(changes)}::jsonb) as change (
      id uuid, state text, reason text, step_id text, step_position integer,
      next_at timestamptz, why jsonb, last_done_at timestamptz,
      paused_state text, rest_ms bigint, paused_until timestamptz, ended_at timestamptz,
      event_count integer, changed_at timestamptz)
    where moved.account_id = ${accountId} and moved.id = change.id`);
}

async function cancelTasks(
  tx: Tx,
  accountId: string,
  moves: readonly DecidedChange[],
): Promise<void> {
  const cancelled = moves.flatMap(({ decision: { taskChange } }) =>
    taskChange?.kind === 'cancel' ? [taskChange.taskId] : [],
  );
  const left = moves
    .filter(({ decision: { taskChange } }) => taskChange?.kind === 'cancel_open')
    .map(({ row }) => row.id);
  const [first] = moves[0]?.decision.log ?? [];
  if (cancelled.length + left.length === 0 || first === undefined) return;
  const { at: closedAt, actor } = first;
  const closedById = actor.kind === 'user' ? (actor.id ?? null) : null;
  await tx
    .update(tasks)
    .set({ state: 'cancelled', closedAt, closedById })
    .where(
      and(
        eq(tasks.accountId, accountId),
        or(inArray(tasks.id, cancelled), inArray(tasks.enrollmentId, left)),
        eq(tasks.state, 'open'),
      ),
    );
}
