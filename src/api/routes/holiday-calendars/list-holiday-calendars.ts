import { z } from 'zod';
import { listHolidayCalendars as readCalendars } from '../../../db/queries/holiday-calendars.js';
import { pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { readPage } from '../../http/read-page.js';
import { searchShape } from '../../shapes/common.js';
import { holidayCalendarReply, showHolidayCalendar } from '../../shapes/holiday-calendar.js';

const position = z.strictObject({ id: z.uuid() });

export const listHolidayCalendars = defineEndpoint({
  method: 'GET',
  path: '/v1/holiday-calendars',
  operationId: 'listHolidayCalendars',
  summary: 'List holiday calendars',
  description: 'In the order in which they were made.',
  tag: 'holiday-calendars',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: nothing,
  query: pageQuery.extend({ q: searchShape('the name') }),
  body: nothing,
  replies: { 200: pageOf(holidayCalendarReply).meta({ id: 'HolidayCalendarPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query }) => {
    const { limit, after, q: text } = query;
    const identity = { accountId, list: 'holiday-calendars', query: { text } };
    const page = await readPage({
      ...{ identity, limit, rowsAtOnce: 10 },
      after: readCursor(position, identity, after),
      read: (rows, from) => readCalendars(tx, accountId, { text, limit: rows, after: from?.id }),
      positionOf: ({ id }) => ({ id }),
      show: showHolidayCalendar,
    });
    return { status: 200, body: page };
  },
});
