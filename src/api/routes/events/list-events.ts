import { z } from 'zod';
import { findContact } from '../../../db/queries/contacts.js';
import { listEvents as readEvents } from '../../../db/queries/events.js';
import { tell } from '../../../usecases/inbound/report-event.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
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
    contact: z
      .string()
      .min(1)
      .max(320)
      .optional()
      .meta({ description: 'An id, an externalId or an email.' }),
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
    const { limit, after, contact, enrollmentId, type } = query;
    const times = { from: query['occurredAt[gte]'], until: query['occurredAt[lte]'] };
    const identity = {
      accountId,
      list: 'events',
      query: { contact, enrollmentId, type, ...times },
    };
    const named =
      contact === undefined ? undefined : await findContact(tx, accountId, { named: contact });
    const isNobody = contact !== undefined && named === undefined;
    const rows = isNobody
      ? []
      : await readEvents(tx, accountId, actingUser, {
          ...{ contactId: named?.id, enrollmentId, type, ...times },
          after: readCursor(position, identity, after, ['id']),
          limit: limit + 1,
        });
    const page = cutPage(rows, limit, identity, ({ id, occurredAt }) => ({ id, occurredAt }));
    const results = [];
    for (const row of page.rows) results.push(showEvent(await tell(call, row)));
    return { status: 200, body: { results, paging: page.paging } };
  },
});
