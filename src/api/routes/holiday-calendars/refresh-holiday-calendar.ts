import { lockHolidayCalendar, saveHolidayCalendar } from '../../../db/queries/holiday-calendars.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { requireHolidays, takeSnapshot } from '../../../usecases/sequence/holiday-snapshot.js';
import { refuse, refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import {
  holidayCalendarReply,
  refreshInput,
  showHolidayCalendar,
} from '../../shapes/holiday-calendar.js';
import { note } from '../../../usecases/log.js';

export const refreshHolidayCalendar = defineEndpoint({
  method: 'POST',
  path: '/v1/holiday-calendars/{id}/refresh',
  summary: 'Take the public holidays of a calendar anew',
  description:
    'As they are known now, for the given years or from last year on. What is planned already keeps its time.',
  tag: 'holiday-calendars',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'etag',
  params: idParams,
  query: nothing,
  body: refreshInput,
  replies: { 200: holidayCalendarReply },
  refusals: ['NOT_FOUND', 'NO_PUBLIC_HOLIDAYS'],
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    const calendar = await lockHolidayCalendar(tx, accountId, params.id);
    if (calendar === undefined) return refuseUnknown('holiday calendar');
    const { country, region } = calendar;
    const snapshot =
      country === null ? undefined : await takeSnapshot(call, { country, region }, body.years);
    if (snapshot === undefined) {
      return refuse(
        'NO_PUBLIC_HOLIDAYS',
        'Only a calendar of a country, or a region, that is still known can be refreshed; replace its dates by PATCH if they are your own.',
      );
    }
    requireHolidays(snapshot.dates);
    const saved = await saveHolidayCalendar(tx, { ...calendar, ...snapshot, updatedAt: now });
    const { id, dataVersion } = saved;
    await note(call, { subject: 'holiday_calendar', id, type: 'refreshed', data: { dataVersion } });
    return { status: 200, body: showHolidayCalendar(saved) };
  },
});
