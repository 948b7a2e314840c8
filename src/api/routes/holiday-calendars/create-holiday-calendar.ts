import { newId } from '../../../db/new-id.js';
import { insertHolidayCalendar } from '../../../db/queries/holiday-calendars.js';
import { inOrder, type HolidayPlace, type YearRange } from '../../../domain/holiday/calendar.js';
import { defineEndpoint, nothing, type CallContext } from '../../http/endpoint.js';
import {
  requireHolidays,
  takeSnapshot,
  type HolidaySnapshot,
} from '../../../usecases/sequence/holiday-snapshot.js';
import { refuseFields } from '../../../usecases/refusal.js';
import {
  holidayCalendarInput,
  holidayCalendarReply,
  showHolidayCalendar,
} from '../../shapes/holiday-calendar.js';
import { note } from '../../../usecases/log.js';

const noSnapshot = {
  country: null,
  region: null,
  firstYear: null,
  lastYear: null,
  dataVersion: null,
} as const;

export const createHolidayCalendar = defineEndpoint({
  method: 'POST',
  path: '/v1/holiday-calendars',
  summary: 'Make a holiday calendar',
  description:
    'Of dates of the account’s own, or of the public holidays of a country or a region of it, which are kept as they are known now; refresh them to know later changes. A sequence names it in its settings: its follow-ups then never fall on one of the dates, in the zone of the enrollment. An edit changes what is planned from then on; what is planned already keeps its time, but an email that falls due on what has become a holiday waits for the next business day.',
  tag: 'holiday-calendars',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'etag',
  params: nothing,
  query: nothing,
  body: holidayCalendarInput,
  replies: { 201: holidayCalendarReply },
  handler: async (call) => {
    const { tx, accountId, now, body } = call;
    const { country, region = null, years, dates = [] } = body;
    const snapshot =
      country === undefined ? undefined : await snapshotOr422(call, { country, region }, years);
    const kept = snapshot ?? { ...noSnapshot, dates: inOrder(dates) };
    requireHolidays(snapshot?.dates ?? dates);
    const calendar = await insertHolidayCalendar(tx, {
      ...kept,
      accountId,
      id: newId(now),
      name: body.name ?? (await placeName(call, kept)),
      version: 1,
      createdAt: now,
      updatedAt: now,
    });
    await note(call, { subject: 'holiday_calendar', id: calendar.id, type: 'created' });
    return {
      status: 201,
      body: showHolidayCalendar(calendar),
      headers: { location: `/v1/holiday-calendars/${calendar.id}` },
    };
  },
});

async function snapshotOr422(
  call: CallContext,
  place: HolidayPlace,
  years: YearRange | undefined,
): Promise<HolidaySnapshot> {
  const snapshot = await takeSnapshot(call, place, years);
  if (snapshot) return snapshot;
  const countries = await call.ports.publicHolidays.countries();
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

/** The name of a calendar that was given none: `Germany, Bavaria`. */
async function placeName(
  { ports }: CallContext,
  place: { readonly country: string | null; readonly region: string | null },
): Promise<string> {
  const countries = await ports.publicHolidays.countries();
  const country = countries.find((each) => each.country === place.country);
  const region = country?.regions.find((each) => each.region === place.region);
  return [country?.name, region?.name].filter((name) => name !== undefined).join(', ');
}
