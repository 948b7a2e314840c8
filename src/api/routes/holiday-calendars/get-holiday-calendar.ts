import { findHolidayCalendar } from '../../../db/queries/holiday-calendars.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { holidayCalendarReply, showHolidayCalendar } from '../../shapes/holiday-calendar.js';

export const getHolidayCalendar = defineEndpoint({
  method: 'GET',
  path: '/v1/holiday-calendars/{id}',
  operationId: 'getHolidayCalendar',
  summary: 'Read a holiday calendar',
  tag: 'holiday-calendars',
  scope: 'read',
  actingUser: 'optional',
  concurrency: 'etag',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: holidayCalendarReply },
  refusals: ['NOT_FOUND'],
  handler: async ({ tx, accountId, params }) => {
    const calendar = await findHolidayCalendar(tx, accountId, params.id);
    if (calendar === undefined) return refuseUnknown('holiday calendar');
    return { status: 200, body: showHolidayCalendar(calendar) };
  },
});
