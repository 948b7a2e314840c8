import { and, asc, eq, inArray, sql, type SQL } from 'drizzle-orm';
import type { Viewer } from '../../../domain/access/sharing.js';
import type { MovingCase } from '../../../domain/enrollment/change-version.js';
import { plansByOpens, type OpenTask } from '../../../domain/enrollment/enrollment.js';
import { stepRunTypes } from '../../../domain/enrollment/log.js';
import { liveStates } from '../../../domain/enrollment/state.js';
import {
  completeDefinition,
  type SequenceDefinition,
  type StoredDefinition,
} from '../../../domain/sequence/definition.js';
import type { LocalDate } from '../../../domain/time/types.js';
import type { Tx } from '../../client.js';
import {
  accounts,
  emailSends,
  enrollments,
  logEntries,
  sequences,
  sequenceVersions,
  tasks,
} from '../../schema/index.js';
import { opensIn, opensOf } from '../contact-opens.js';
import { holidaysIn, holidaysOf } from '../holiday-calendars.js';
import { heldByPause } from '../sending-pauses.js';
import { absencesIn, leavesOfPeople } from '../user-absences.js';
import { enrollmentVisibleTo } from '../visibility.js';
import { definitionFor, isVersionRun } from './definition.js';

export type EnrollmentRow = typeof enrollments.$inferSelect;

/** An enrollment with what a decision needs to know. */
export interface EnrollmentRecord extends MovingCase {
  readonly row: EnrollmentRow;
  readonly sequenceName: string;
  /** The version itself, without a step that only this enrollment still runs. */
  readonly version: SequenceDefinition;
  /** The steps whose email may have arrived, although nobody has seen an answer. */
  readonly uncertainSteps: readonly string[];
}

/** An enrollment whose row is locked until the transaction ends. */
export type LockedEnrollment = EnrollmentRecord;

/** Reads an enrollment and what it runs, as it stands now; undefined when `viewer` may not know of it. */
export async function readEnrollment(
  tx: Tx,
  accountId: string,
  enrollmentId: string,
  viewer: Viewer,
): Promise<EnrollmentRecord | undefined> {
  const visible = enrollmentVisibleTo(tx, accountId, viewer);
  const [found] = await readRecords(tx, accountId, and(eq(enrollments.id, enrollmentId), visible));
  return found;
}

/**
 * Locks an enrollment's row until the transaction ends, and reads what it runs. Lock order everywhere: sequence,
 * enrollment (several: by id), then its sends and tasks. Undefined when `viewer` may not know of it; leave the viewer
 * out when acting on nobody's behalf.
 */
export async function lockEnrollment(
  tx: Tx,
  accountId: string,
  enrollmentId: string,
  viewer: Viewer = null,
): Promise<LockedEnrollment | undefined> {
  const visible = enrollmentVisibleTo(tx, accountId, viewer);
  const wanted = and(eq(enrollments.id, enrollmentId), visible);
  const [held] = await lockRows(tx, accountId, wanted);
  if (held === undefined) return undefined;
  const [found] = await readRecords(tx, accountId, wanted);
  return found;
}

/** Which of many enrollments are read, and how much about them. */
export interface ReadMany {
  /** Locks the rows until the transaction ends. If their version is to change, the sequence must be locked before. */
  readonly lock: boolean;
  /** The version that they are moved to, if they are moved: it may plan by things that theirs does not ask for. */
  readonly to?: SequenceDefinition;
}

/**
 * Reads the given enrollments that are live, by id. Where several lists are locked in one transaction, each must be a
 * part of one list in this order.
 */
export async function readLive(
  tx: Tx,
  accountId: string,
  ids: readonly string[],
  { lock, to }: ReadMany,
): Promise<readonly EnrollmentRecord[]> {
  if (ids.length === 0) return [];
  const live = and(inArray(enrollments.id, [...ids]), inArray(enrollments.state, [...liveStates]));
  if (lock) await lockRows(tx, accountId, live);
  return readRecords(tx, accountId, live, to);
}

/**
 * Locks rows and nothing else. A locking statement with a join pairs a row that it waited for with the joined rows of
 * before the wait. So what is read with the row comes from a separate statement, which sees everything committed until
 * then.
 */
async function lockRows(
  tx: Tx,
  accountId: string,
  condition: SQL | undefined,
): Promise<readonly { readonly id: string }[]> {
  return tx
    .select({ id: enrollments.id })
    .from(enrollments)
    .where(and(eq(enrollments.accountId, accountId), condition))
    .orderBy(asc(enrollments.id))
    .for('update');
}

/**
 * What enrollments share that run the same version by the same calendars, as a part of a query; only the first of them
 * carries it.
 */
const shared = sql`row_number() over (
  partition by ${enrollments.sequenceId}, ${enrollments.sequenceVersion}, ${enrollments.overrides} #> '{settings,holidayCalendarIds}'
  order by ${enrollments.id}) = 1`;

/** The tasks of a row of `enrollments` that are not cancelled, as a part of a query; null for none. */
const tasksOf = sql<(OpenTask & { readonly isOpen: boolean })[] | null>`(
  select jsonb_agg(
    jsonb_build_object('id', task.id, 'stepId', task.step_id, 'assigneeId', task.assignee_id,
      'isOpen', task.state = 'open') order by task.id)
  from ${tasks} task
  where task.account_id = ${enrollments.accountId} and task.enrollment_id = ${enrollments.id}
    and task.state in ('open', 'completed'))`;

/** The steps that a row of `enrollments` has run, as its log says, as a part of a query. */
const stepsRun = sql<string[]>`array(
  select entry.step_id from ${logEntries} entry
  where entry.account_id = ${enrollments.accountId} and entry.subject_id = ${enrollments.id}
    and entry.step_id is not null
    and entry.type in (${sql.join(
      stepRunTypes.map((type) => sql.raw(`'${type}'`)),
      sql`, `,
    )})
  order by entry.number)`;

/**
 * How far the send of the next step of a row of `enrollments` has come, as a part of a query; null when none is under
 * way.
 */
const sendUnderWay = sql<'claimed' | 'begun' | null>`(
  select case send.state when 'connecting' then 'claimed' else 'begun' end from ${emailSends} send
  where send.account_id = ${enrollments.accountId} and send.enrollment_id = ${enrollments.id}
    and send.step_id = ${enrollments.stepId} and send.state in ('connecting', 'in_data', 'unknown'))`;

/** The steps of a row of `enrollments` whose email may have arrived, as a part of a query. */
export const uncertainSteps = sql<string[]>`array(
  select send.step_id from ${emailSends} send
  where send.account_id = ${enrollments}.account_id and send.enrollment_id = ${enrollments}.id
    and send.state = 'unknown'
  order by send.reserved_at, send.id)`;

/** Reads enrollments by id, each with everything that a decision asks for, in one statement. */
async function readRecords(
  tx: Tx,
  accountId: string,
  condition: SQL | undefined,
  to?: SequenceDefinition,
): Promise<readonly EnrollmentRecord[]> {
  const dates = holidaysOf(accountId, sequenceVersions.definition, enrollments.overrides);
  const definition = sql`case when ${shared} then ${sequenceVersions.definition} end`;
  const found = await tx
    .select({
      row: enrollments,
      sequenceName: sequences.name,
      version: definition.mapWith(readDefinition),
      holidays: sql<LocalDate[] | null>`case when ${shared} then ${dates} end`,
      workingDays: accounts.workingDays,
      heldBy: heldByPause,
      leaves: leavesOfPeople,
      opens: opensOf(sequenceVersions.definition, to !== undefined && plansByOpens(to)),
      tasks: tasksOf,
      ran: stepsRun,
      send: sendUnderWay,
      uncertainSteps,
    })
    .from(enrollments)
    .innerJoin(accounts, eq(accounts.id, enrollments.accountId))
    .innerJoin(sequenceVersions, isVersionRun)
    .innerJoin(
      sequences,
      and(eq(sequences.accountId, enrollments.accountId), eq(sequences.id, enrollments.sequenceId)),
    )
    .where(and(eq(enrollments.accountId, accountId), condition))
    .orderBy(asc(enrollments.id));
  const known = new Map<string, Pick<EnrollmentRecord, 'version' | 'holidays'>>();
  const records: EnrollmentRecord[] = [];
  for (const { row, version: first, holidays: dates, leaves, ...about } of found) {
    const key = sharedKey(row);
    if (first !== null) known.set(key, { version: first, holidays: holidaysIn(dates) });
    const common = known.get(key);
    if (common === undefined) throw new Error(`no version ${row.sequenceVersion}`);
    const worked = about.tasks ?? [];
    records.push({
      ...common,
      row,
      standing: row,
      timeZone: row.timeZone,
      firstStepAt: row.firstStepAt,
      overrides: row.overrides,
      definition: await definitionFor(tx, row, common.version),
      sequenceName: about.sequenceName,
      heldBy: about.heldBy,
      absences: absencesIn(leaves, row),
      opens: opensIn(about.opens),
      workingDays: about.workingDays,
      openTasks: worked.flatMap(({ isOpen, ...task }) => (isOpen ? [task] : [])),
      completedTasks: worked.flatMap(({ isOpen, id }) => (isOpen ? [] : [id])),
      ran: new Set([...(row.stepsBeforeStart ?? []), ...about.ran]),
      send: about.send ?? undefined,
      uncertainSteps: about.uncertainSteps,
    });
  }
  return records;
}

/** Of the enrollments that share a version, only the first comes with it. */
const readDefinition = (stored: StoredDefinition): SequenceDefinition | null =>
  completeDefinition(stored);

function sharedKey({ sequenceId, sequenceVersion, overrides }: EnrollmentRow): string {
  const ids = overrides?.settings?.holidayCalendarIds;
  return JSON.stringify([sequenceId, sequenceVersion, ids]);
}

/** True when the message has already taken effect on this enrollment. */
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
