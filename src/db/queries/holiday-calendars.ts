import { and, asc, eq, gt, inArray, or, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Viewer } from '../../domain/access/sharing.js';
import { noHolidays } from '../../domain/enrollment/enrollment.js';
import { liveStates } from '../../domain/enrollment/state.js';
import type { LocalDate } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { enrollments, holidayCalendars, sequences, sequenceVersions } from '../schema/index.js';
import { holdsText } from './compare-texts.js';
import { isVersionRun } from './enrollments/definition.js';
import { onlyRow } from './only-row.js';
import { isVisible, sequenceVisibleTo } from './visibility.js';

export type HolidayCalendar = typeof holidayCalendars.$inferSelect;

/** The ids of a definition's calendars, as a part of a query. */
const calendarIds = (definition: PgColumn): SQL =>
  sql`${definition} #> '{settings,holidayCalendarIds}'`;

/** The same for an enrollment: its own calendars if it has any, else those of the definition that it runs. */
const calendarIdsOver = (definition: PgColumn, overrides: PgColumn): SQL =>
  sql`coalesce(${calendarIds(overrides)}, ${calendarIds(definition)})`;

/**
 * All dates of the calendars that a definition names, or an enrollment with `overrides`, as a part of a query. Null,
 * without a look at any calendar, when none is named.
 */
export function holidaysOf(
  accountId: string,
  definition: PgColumn,
  overrides?: PgColumn,
): SQL<LocalDate[] | null> {
  const ids = overrides ? calendarIdsOver(definition, overrides) : calendarIds(definition);
  return sql`case when jsonb_array_length(${ids}) > 0 then (
    select array_agg(distinct day ->> 'date')
    from ${holidayCalendars} calendar, jsonb_array_elements(calendar.dates) day
    where calendar.account_id = ${accountId} and ${ids} ? calendar.id::text
  ) end`;
}

/** The result of `holidaysOf`, in the form that plans are made with. */
export function holidaysIn(dates: readonly LocalDate[] | null): ReadonlySet<LocalDate> {
  return dates === null ? noHolidays : new Set(dates);
}

/** All dates of these calendars of the account. */
export async function readHolidays(
  tx: Tx,
  accountId: string,
  ids: readonly string[],
): Promise<ReadonlySet<LocalDate>> {
  if (ids.length === 0) return noHolidays;
  const rows = await tx
    .select({ dates: holidayCalendars.dates })
    .from(holidayCalendars)
    .where(and(eq(holidayCalendars.accountId, accountId), inArray(holidayCalendars.id, [...ids])));
  return new Set(rows.flatMap(({ dates }) => dates.map(({ date }) => date)));
}

export async function insertHolidayCalendar(
  tx: Tx,
  calendar: HolidayCalendar,
): Promise<HolidayCalendar> {
  return onlyRow(await tx.insert(holidayCalendars).values(calendar).returning());
}

export async function findHolidayCalendar(
  db: Db | Tx,
  accountId: string,
  id: string,
): Promise<HolidayCalendar | undefined> {
  const [found] = await db.select().from(holidayCalendars).where(isCalendar(accountId, id));
  return found;
}

/** The calendar, locked until the transaction ends: meanwhile no sequence can begin to name it. */
export async function lockHolidayCalendar(
  tx: Tx,
  accountId: string,
  id: string,
): Promise<HolidayCalendar | undefined> {
  const [found] = await tx
    .select()
    .from(holidayCalendars)
    .where(isCalendar(accountId, id))
    .for('update');
  return found;
}

/** The given ids that are calendars of the account, held until the transaction ends: meanwhile none can be deleted. */
export async function holdHolidayCalendars(
  tx: Tx,
  accountId: string,
  ids: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await tx
    .select({ id: holidayCalendars.id })
    .from(holidayCalendars)
    .where(and(eq(holidayCalendars.accountId, accountId), inArray(holidayCalendars.id, [...ids])))
    .orderBy(asc(holidayCalendars.id))
    .for('share');
  return new Set(rows.map(({ id }) => id));
}

/** Calendars in the order in which they were made. */
export async function listHolidayCalendars(
  db: Db | Tx,
  accountId: string,
  page: {
    /** Stands in the name. */
    readonly text: string | undefined;
    readonly limit: number;
    readonly after: string | undefined;
  },
): Promise<readonly HolidayCalendar[]> {
  return db
    .select()
    .from(holidayCalendars)
    .where(
      and(
        eq(holidayCalendars.accountId, accountId),
        page.text === undefined ? undefined : holdsText(holidayCalendars.name, page.text),
        page.after === undefined ? undefined : gt(holidayCalendars.id, page.after),
      ),
    )
    .orderBy(asc(holidayCalendars.id))
    .limit(page.limit);
}

/** Writes the changes of a locked calendar as its next version. */
export async function saveHolidayCalendar(
  tx: Tx,
  calendar: HolidayCalendar,
): Promise<HolidayCalendar> {
  const { accountId, id, ...fields } = calendar;
  const rows = await tx
    .update(holidayCalendars)
    .set({ ...fields, version: calendar.version + 1 })
    .where(isCalendar(accountId, id))
    .returning();
  return onlyRow(rows);
}

export async function deleteHolidayCalendar(tx: Tx, accountId: string, id: string): Promise<void> {
  await tx.delete(holidayCalendars).where(isCalendar(accountId, id));
}

/** A sequence that names a calendar. */
export interface CalendarUse {
  readonly sequenceId: string;
  readonly name: string;
  /** Whether new enrollments get it. */
  readonly current: boolean;
  /** Enrollments that have not ended and are planned by the calendar. */
  readonly activeEnrollments: number;
  /** Whether the viewer may know of the sequence. */
  readonly visible: boolean;
}

/**
 * What still needs a calendar: sequences that name it now, and sequences with live enrollments that are planned by it.
 */
export async function usesOfCalendar(
  tx: Tx,
  accountId: string,
  id: string,
  viewer: Viewer,
): Promise<readonly CalendarUse[]> {
  const versionNames = sql`${calendarIds(sequenceVersions.definition)} ? ${id}::text`;
  const enrollmentNames = sql`${calendarIdsOver(sequenceVersions.definition, enrollments.overrides)} ? ${id}::text`;
  const current = sql<boolean>`bool_or(${versionNames} and ${sequences.deletedAt} is null and ${sequenceVersions.version} = ${sequences.currentVersion})`;
  const activeEnrollments = sql<number>`(count(${enrollments.id}) filter (where ${enrollmentNames}))::int`;
  const visible = sql<boolean>`bool_or(${isVisible(sequenceVisibleTo(viewer))})`;
  const sequence = { sequenceId: sequences.id, name: sequences.name };
  return tx
    .select({ ...sequence, current, activeEnrollments, visible })
    .from(sequenceVersions)
    .innerJoin(
      sequences,
      and(
        eq(sequences.accountId, sequenceVersions.accountId),
        eq(sequences.id, sequenceVersions.sequenceId),
      ),
    )
    .leftJoin(enrollments, and(isVersionRun, inArray(enrollments.state, [...liveStates])))
    .where(and(eq(sequenceVersions.accountId, accountId), or(versionNames, enrollmentNames)))
    .groupBy(sequences.id, sequences.name)
    .having(sql`${current} or ${activeEnrollments} > 0`)
    .orderBy(asc(sequences.name), asc(sequences.id));
}

function isCalendar(accountId: string, id: string): SQL | undefined {
  return and(eq(holidayCalendars.accountId, accountId), eq(holidayCalendars.id, id));
}
