import {
  deleteHolidayCalendar as remove,
  lockHolidayCalendar,
  usesOfCalendar,
} from '../../../db/queries/holiday-calendars.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuse, refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { holidayCalendarReply, showHolidayCalendar } from '../../shapes/holiday-calendar.js';
import { note } from '../../../usecases/log.js';

/** How many sequences a refusal names. */
const mostNamed = 20;

export const deleteHolidayCalendar = defineEndpoint({
  method: 'DELETE',
  path: '/v1/holiday-calendars/{id}',
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
  refusals: ['NOT_FOUND', 'HOLIDAY_CALENDAR_IN_USE'],
  handler: async (call) => {
    const { tx, accountId, params } = call;
    const calendar = await lockHolidayCalendar(tx, accountId, params.id);
    if (calendar === undefined) return refuseUnknown('holiday calendar');
    call.requireVersion(calendar.version);
    const uses = await usesOfCalendar(tx, accountId, calendar.id);
    if (uses.length > 0) {
      return refuse('HOLIDAY_CALENDAR_IN_USE', {
        detail: `${uses.length} sequences need it. Take it out of their settings, and wait for or end the enrollments that run a version with it.`,
        extensions: { sequences: uses.slice(0, mostNamed) },
      });
    }
    await remove(tx, accountId, calendar.id);
    await note(call, { subject: 'holiday_calendar', id: calendar.id, type: 'deleted' });
    return { status: 200, body: showHolidayCalendar(calendar) };
  },
});
