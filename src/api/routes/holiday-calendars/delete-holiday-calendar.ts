import { deleteHolidayCalendar as remove } from '../../../usecases/sequence/holiday-calendar.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { holidayCalendarReply, showHolidayCalendar } from '../../shapes/holiday-calendar.js';

export const deleteHolidayCalendar = defineEndpoint({
  method: 'DELETE',
  path: '/v1/holiday-calendars/{id}',
  operationId: 'deleteHolidayCalendar',
  summary: 'Delete a holiday calendar',
  description:
    'Refused while a sequence names it, or a live enrollment runs a version that does; the answer says which.',
  tag: 'holiday-calendars',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'if_match',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: holidayCalendarReply },
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND', 'HOLIDAY_CALENDAR_IN_USE'],
  handler: async (call) => {
    const removed = await remove(call, call.params.id);
    return { status: 200, body: showHolidayCalendar(removed) };
  },
});
