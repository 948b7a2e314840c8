import { editHolidayCalendar as edit } from '../../../usecases/sequence/holiday-calendar.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import {
  holidayCalendarPatch,
  holidayCalendarReply,
  showHolidayCalendar,
} from '../../shapes/holiday-calendar.js';

export const editHolidayCalendar = defineEndpoint({
  method: 'PATCH',
  path: '/v1/holiday-calendars/{id}',
  operationId: 'updateHolidayCalendar',
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
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND'],
  handler: async (call) => {
    const calendar = await edit(call, call.params.id, call.body);
    return { status: 200, body: showHolidayCalendar(calendar) };
  },
});
