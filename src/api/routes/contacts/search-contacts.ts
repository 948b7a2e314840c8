import { z } from 'zod';
import { filterSql } from '../../../db/queries/filter-sql.js';
import { countContacts } from '../../../db/queries/selection.js';
import { warningsFor } from '../../../domain/segment/selection.js';
import { requireFilter } from '../../../usecases/contact/check-filter.js';
import { pageOf } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { showPageOfContacts } from './page-of-contacts.js';
import { contactDetailReply } from '../../shapes/contact.js';
import { filterShape } from '../../shapes/filter.js';
import { showWarnings, warningShape } from '../../shapes/selection.js';

const body = z
  .strictObject({
    filter: filterShape,
    limit: z.int().min(1).max(100).default(50),
    after: z.string().max(1000).optional().meta({
      description: 'The cursor `paging.next.after` of the page before.',
    }),
  })
  .meta({ id: 'ContactSearch' });

const found = pageOf(contactDetailReply)
  .extend({
    total: z.int().meta({ description: 'How many there are on all pages.' }),
    warnings: z.array(warningShape),
  })
  .meta({ id: 'ContactSearchPage' });

export const searchContacts = defineEndpoint({
  method: 'POST',
  path: '/v1/contacts/search',
  operationId: 'searchContacts',
  summary: 'Find contacts by a filter',
  description:
    'In the order in which they were added, each with what its enrollments come to. Enrollments that the acting user may not know of count for nothing. ' +
    '`inLastDays` is relative to the time of the call.',
  tag: 'contacts',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: nothing,
  query: nothing,
  body,
  replies: { 200: found },
  refusals: ['INVALID_CURSOR'],
  handler: async (call) => {
    const { tx, accountId, actingUser, now, body: asked } = call;
    const { filter } = asked;
    await requireFilter(call, filter);
    const where = filterSql(tx, accountId, filter, { now, viewer: actingUser });
    const identity = { accountId, list: 'contact-search', query: { filter } };
    const page = await showPageOfContacts(call, where, identity, asked);
    const total = await countContacts(tx, accountId, where);
    const warnings = showWarnings(warningsFor(total));
    return { status: 200, body: { ...page, total, warnings } };
  },
});
