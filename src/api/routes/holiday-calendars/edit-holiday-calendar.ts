import { lockHolidayCalendar, saveHolidayCalendar } from '../../../db/queries/holiday-calendars.js';
import { inOrder } from '../../../domain/holiday/calendar.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { requireHolidays } from '../../../usecases/sequence/holiday-snapshot.js';
import { refuseFields, refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import {
  holidayCalendarPatch,
  holidayCalendarReply,
  showHolidayCalendar,
} from '../../shapes/holiday-calendar.js';
import { noteChange } from '../../../usecases/log.js';

export const editHolidayCalendar = defineEndpoint({
  method: 'PATCH',
  path: '/v1/holiday-calendars/{id}',
  summary: 'Rename a holiday calendar, or replace its dates',
  description:
    '`dates` replaces all of them. Public holidays are not edited but refreshed. Whatever is planned from now on heeds the new dates; what is planned already keeps its time, but an email that falls due on what has become a holiday waits for the next business day.',
  tag: 'holiday-calendars',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'if_match',
  params: idParams,
  query: nothing,
  body: holidayCalendarPatch,
  replies: { 200: holidayCalendarReply },
  refusals: ['NOT_FOUND'],
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    const calendar = await lockHolidayCalendar(tx, accountId, params.id);
    if (calendar === undefined) return refuseUnknown('holiday calendar');
    call.requireVersion(calendar.version);
    if (body.dates !== undefined && calendar.country !== null) {
      const message =
        'These are public holidays: refresh them, or make a calendar of your own beside this one.';
      return refuseFields([{ in: 'body', pointer: '/dates', code: 'public_holidays', message }]);
    }
    const dates = body.dates ?? calendar.dates;
    requireHolidays(dates);
    const saved = await saveHolidayCalendar(tx, {
      ...calendar,
      name: body.name ?? calendar.name,
      dates: inOrder(dates),
      updatedAt: now,
    });
    await noteChange(call, 'holiday_calendar', [calendar, saved]);
    return { status: 200, body: showHolidayCalendar(saved) };
  },
});
