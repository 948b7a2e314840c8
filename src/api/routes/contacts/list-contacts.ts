import { z } from 'zod';
import { listContacts as readContacts } from '../../../db/queries/contacts.js';
import { normalizedEmail } from '../../../db/queries/reference.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../cursor.js';
import { defineEndpoint, nothing } from '../../endpoint.js';
import { emailShape } from '../../shapes/common.js';
import { contactReply, showContact } from '../../shapes/contact.js';

const position = z.strictObject({ id: z.uuid() });

export const listContacts = defineEndpoint({
  method: 'GET',
  path: '/v1/contacts',
  summary: 'List contacts',
  description: 'In the order in which they were added.',
  tag: 'contacts',
  scope: 'read',
  actingUser: 'optional',
  params: nothing,
  query: pageQuery.extend({
    email: emailShape.optional(),
    externalId: z.string().optional(),
    companyId: z.uuid().optional(),
  }),
  body: nothing,
  replies: { 200: pageOf(contactReply).meta({ id: 'ContactPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async ({ tx, accountId, query }) => {
    const { limit, after, email, externalId, companyId } = query;
    const emailNormalized = email === undefined ? undefined : normalizedEmail(email);
    const filters = { emailNormalized, externalId, companyId };
    const identity = { accountId, list: 'contacts', query: filters };
    const rows = await readContacts(tx, accountId, {
      ...filters,
      limit: limit + 1,
      after: readCursor(position, identity, after)?.id,
    });
    const page = cutPage(rows, limit, identity, ({ id }) => ({ id }));
    return {
      status: 200,
      body: { results: page.rows.map(showContact), paging: page.paging },
    };
  },
});
