import { z } from 'zod';
import { listEvents as readEvents } from '../../../db/queries/events.js';
import { tell } from '../../../usecases/inbound/report-event.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { namedShape } from '../../http/named.js';
import { idShape, instantInput, instantShape } from '../../shapes/common.js';
import { eventReply, eventType, showEvent } from '../../shapes/event.js';

const position = z.strictObject({ occurredAt: instantShape, id: z.string() });

export const listEvents = defineEndpoint({
  method: 'GET',
  path: '/v1/events',
  operationId: 'listEvents',
  summary: 'List the events that were reported',
  description:
    'In the order in which they came about. An acting user is shown those about enrollments that they may know of, and about none.',
  tag: 'events',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: pageQuery.extend({
    contactId: namedShape('contact').optional(),
    enrollmentId: idShape.optional(),
    type: eventType.optional(),
    'occurredAt[gte]': instantInput.optional(),
    'occurredAt[lte]': instantInput.optional(),
  }),
  body: nothing,
  replies: { 200: pageOf(eventReply).meta({ id: 'EventPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async (call) => {
    const { tx, accountId, actingUser, query } = call;
    const { limit, after, contactId, enrollmentId, type } = query;
    const times = { from: query['occurredAt[gte]'], until: query['occurredAt[lte]'] };
    const identity = {
      accountId,
      list: 'events',
      query: { contactId, enrollmentId, type, ...times },
    };
    const rows = await readEvents(tx, accountId, actingUser, {
      ...{ contactId, enrollmentId, type, ...times },
      after: readCursor(position, identity, after, ['id']),
      limit: limit + 1,
    });
    const page = cutPage(rows, limit, identity, ({ id, occurredAt }) => ({ id, occurredAt }));
    const results = [];
    for (const row of page.rows) results.push(showEvent(await tell(call, row)));
    return { status: 200, body: { results, paging: page.paging } };
  },
});
