import { z } from 'zod';
import { listContacts as readContacts, type ContactOrder } from '../../../db/queries/contacts.js';
import { normalizedEmail } from '../../../db/queries/reference.js';
import { pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { namedShape } from '../../http/named.js';
import { readPage } from '../../http/read-page.js';
import { emailShape, instantInput, instantShape } from '../../shapes/common.js';
import { contactReply, showContact } from '../../shapes/contact.js';

const position = z.strictObject({ at: instantShape, id: z.uuid() });

const orders = {
  createdAt: 'created',
  updatedAt: 'updated',
  '-updatedAt': '-updated',
} as const satisfies Record<string, ContactOrder>;

const query = pageQuery.extend({
  email: emailShape.optional(),
  externalId: z.string().optional(),
  companyId: namedShape('company').optional(),
  ownerId: namedShape('user').optional(),
  q: z.string().trim().min(1).max(200).optional().meta({
    description: 'A text that stands in the name, the email or the externalId.',
  }),
  'updatedAt[gte]': instantInput.optional(),
  'updatedAt[lte]': instantInput.optional(),
  sort: z.enum(['createdAt', 'updatedAt', '-updatedAt']).default('createdAt'),
});

export const listContacts = defineEndpoint({
  method: 'GET',
  path: '/v1/contacts',
  operationId: 'listContacts',
  summary: 'List contacts',
  description: 'In the order in which they were added, unless `sort` says otherwise.',
  tag: 'contacts',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: nothing,
  query,
  body: nothing,
  replies: { 200: pageOf(contactReply).meta({ id: 'ContactPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query: asked }) => {
    const { limit, after, sort, ...given } = asked;
    const {
      email,
      q,
      'updatedAt[gte]': changedFrom,
      'updatedAt[lte]': changedUntil,
      ...ids
    } = given;
    const emailNormalized = email === undefined ? undefined : normalizedEmail(email);
    const filter = { ...ids, emailNormalized, changedFrom, changedUntil, text: q };
    const identity = { accountId, list: 'contacts', query: { sort, ...filter } };
    const page = await readPage({
      ...{ identity, limit, rowsAtOnce: 25 },
      after: readCursor(position, identity, after),
      read: (rows, from) =>
        readContacts(tx, accountId, filter, { order: orders[sort], limit: rows, after: from }),
      positionOf: ({ id, updatedAt }) => ({ at: updatedAt, id }),
      show: showContact,
    });
    return { status: 200, body: page };
  },
});
