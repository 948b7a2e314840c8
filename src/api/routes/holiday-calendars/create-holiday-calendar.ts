import { makeHolidayCalendar } from '../../../usecases/sequence/holiday-calendar.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import {
  holidayCalendarInput,
  holidayCalendarReply,
  showHolidayCalendar,
} from '../../shapes/holiday-calendar.js';

export const createHolidayCalendar = defineEndpoint({
  method: 'POST',
  path: '/v1/holiday-calendars',
  operationId: 'createHolidayCalendar',
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
  refusals: ['FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const calendar = await makeHolidayCalendar(call, call.body);
    return {
      status: 201,
      body: showHolidayCalendar(calendar),
      headers: { location: `/v1/holiday-calendars/${calendar.id}` },
    };
  },
});
