import { isChange } from '../../domain/log/changed-fields.js';
import { newId } from '../../db/new-id.js';
import {
  deleteHolidayCalendar as remove,
  insertHolidayCalendar,
  lockHolidayCalendar,
  saveHolidayCalendar,
  usesOfCalendar,
  type HolidayCalendar,
} from '../../db/queries/holiday-calendars.js';
import {
  inOrder,
  type Holiday,
  type HolidayPlace,
  type YearRange,
} from '../../domain/holiday/calendar.js';
import { requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { note, noteChange } from '../log.js';
import { refuse, refuseFields, refuseUnknown } from '../refusal.js';
import { requireHolidays, takeSnapshot, type HolidaySnapshot } from './holiday-snapshot.js';

/** What a new calendar is made of: dates of the account's own with a name, or the public holidays of a place. */
export interface HolidayCalendarDraft {
  readonly name?: string | undefined;
  readonly dates?: readonly Holiday[] | undefined;
  readonly country?: string | undefined;
  readonly region?: string | undefined;
  readonly years?: YearRange | undefined;
}

const noSnapshot = {
  country: null,
  region: null,
  firstYear: null,
  lastYear: null,
  dataVersion: null,
} as const;

/** So many sequences are named in a refusal. */
const mostNamed = 20;

/** Makes a holiday calendar. Refuses a place whose holidays are not known, and dates that break a rule. */
export async function makeHolidayCalendar(
  act: Act,
  draft: HolidayCalendarDraft,
): Promise<HolidayCalendar> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const { name, country, region = null, years, dates = [] } = draft;
  const snapshot =
    country === undefined ? undefined : await requireSnapshot(act, { country, region }, years);
  const kept = snapshot ?? { ...noSnapshot, dates: inOrder(dates) };
  requireHolidays(snapshot?.dates ?? dates);
  const calendar = await insertHolidayCalendar(tx, {
    ...kept,
    accountId,
    id: newId(now),
    name: name ?? (await placeName(act, kept)),
    version: 1,
    createdAt: now,
    updatedAt: now,
  });
  await note(act, { subject: 'holiday_calendar', id: calendar.id, type: 'created' });
  return calendar;
}

/**
 * Renames a calendar or replaces its dates, as its next version; what is left out stays. Refuses an unknown one, an edit of
 * another version than the current one, dates for public holidays, and dates that break a rule.
 */
export async function editHolidayCalendar(
  act: Act,
  id: string,
  patch: Pick<HolidayCalendarDraft, 'name' | 'dates'>,
): Promise<HolidayCalendar> {
  requirePermission(act, 'sequences');
  const calendar = await lockCalendar(act, id);
  act.requireVersion(calendar.version);
  const change = { name: patch.name, dates: patch.dates && inOrder(patch.dates) };
  if (!isChange(calendar, change)) return calendar;
  if (isChange(calendar, { dates: change.dates }) && calendar.country !== null) {
    const message =
      'These are public holidays: refresh them, or make a calendar of your own beside this one.';
    return refuseFields([{ in: 'body', pointer: '/dates', code: 'public_holidays', message }]);
  }
  const dates = patch.dates ?? calendar.dates;
  requireHolidays(dates);
  const saved = await saveHolidayCalendar(act.tx, {
    ...calendar,
    name: patch.name ?? calendar.name,
    dates: inOrder(dates),
    updatedAt: act.now,
  });
  await noteChange(act, 'holiday_calendar', [calendar, saved]);
  return saved;
}

/**
 * Takes the public holidays of a calendar anew, for these years or from last year on, as its next version. Refuses an unknown
 * one, and one of no place that is still known.
 */
export async function refreshHolidayCalendar(
  act: Act,
  id: string,
  years: YearRange | undefined,
): Promise<HolidayCalendar> {
  requirePermission(act, 'sequences');
  const calendar = await lockCalendar(act, id);
  act.heedVersion(calendar.version);
  const { country, region } = calendar;
  const snapshot =
    country === null ? undefined : await takeSnapshot(act, { country, region }, years);
  if (snapshot === undefined) {
    return refuse(
      'NO_PUBLIC_HOLIDAYS',
      'Only a calendar of a country, or a region, that is still known can be refreshed; replace its dates by PATCH if they are your own.',
    );
  }
  requireHolidays(snapshot.dates);
  const saved = await saveHolidayCalendar(act.tx, { ...calendar, ...snapshot, updatedAt: act.now });
  const data = { dataVersion: saved.dataVersion };
  await note(act, { subject: 'holiday_calendar', id: saved.id, type: 'refreshed', data });
  return saved;
}

/**
 * Deletes a calendar and returns what it was. Refuses an unknown one, another version than the current one, and one that a
 * sequence or a live enrollment needs, with those that do and that the acting user may know of.
 */
export async function deleteHolidayCalendar(act: Act, id: string): Promise<HolidayCalendar> {
  requirePermission(act, 'sequences');
  const { tx, accountId, actingUser } = act;
  const calendar = await lockCalendar(act, id);
  act.requireVersion(calendar.version);
  const uses = await usesOfCalendar(tx, accountId, calendar.id, actingUser);
  if (uses.length > 0) {
    const known = uses.flatMap(({ visible, ...use }) => (visible ? [use] : []));
    return refuse('HOLIDAY_CALENDAR_IN_USE', {
      detail: `${uses.length} sequences need it. Take it out of their settings, and wait for or end the enrollments that run a version with it.`,
      extensions: { sequences: known.slice(0, mostNamed) },
    });
  }
  await remove(tx, accountId, calendar.id);
  await note(act, { subject: 'holiday_calendar', id: calendar.id, type: 'deleted' });
  return calendar;
}

async function lockCalendar({ tx, accountId }: Act, id: string): Promise<HolidayCalendar> {
  return (await lockHolidayCalendar(tx, accountId, id)) ?? refuseUnknown('holiday calendar');
}

async function requireSnapshot(
  act: Act,
  place: HolidayPlace,
  years: YearRange | undefined,
): Promise<HolidaySnapshot> {
  const snapshot = await takeSnapshot(act, place, years);
  if (snapshot) return snapshot;
  const countries = await act.ports.publicHolidays.countries();
  const known = countries.some(({ country }) => country === place.country);
  return refuseFields([
    {
      in: 'body',
      pointer: known ? '/region' : '/country',
      code: known ? 'unknown_region' : 'unknown_country',
      message:
        'Its holidays are not known: GET /v1/holiday-calendars/countries lists those that are.',
    },
  ]);
}

/** What a calendar without a name of its own is called: `Germany, Bavaria`. */
async function placeName(
  { ports }: Act,
  place: { readonly country: string | null; readonly region: string | null },
): Promise<string> {
  const countries = await ports.publicHolidays.countries();
  const country = countries.find((each) => each.country === place.country);
  const region = country?.regions.find((each) => each.region === place.region);
  return [country?.name, region?.name].filter((name) => name !== undefined).join(', ');
}
