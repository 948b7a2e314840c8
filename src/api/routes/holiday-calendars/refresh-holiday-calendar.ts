import { refreshHolidayCalendar as refresh } from '../../../usecases/sequence/holiday-calendar.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import {
  holidayCalendarReply,
  refreshInput,
  showHolidayCalendar,
} from '../../shapes/holiday-calendar.js';

export const refreshHolidayCalendar = defineEndpoint({
  method: 'POST',
  path: '/v1/holiday-calendars/{id}/refresh',
  operationId: 'refreshHolidayCalendar',
  summary: 'Take the public holidays of a calendar anew',
  description:
    'As they are known now, for the given years or from last year on. What is planned already keeps its time.',
  tag: 'holiday-calendars',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'if_given',
  params: idParams,
  query: nothing,
  body: refreshInput,
  replies: { 200: holidayCalendarReply },
  refusals: ['FORBIDDEN_PERMISSION', 'NOT_FOUND', 'NO_PUBLIC_HOLIDAYS'],
  handler: async (call) => {
    const calendar = await refresh(call, call.params.id, call.body.years);
    return { status: 200, body: showHolidayCalendar(calendar) };
  },
});
