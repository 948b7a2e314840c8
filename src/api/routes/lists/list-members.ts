import { findList } from '../../../db/queries/lists.js';
import { inList } from '../../../db/queries/selection.js';
import { pageOf, pageQuery } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { showPageOfContacts } from '../contacts/page-of-contacts.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { contactDetailReply } from '../../shapes/contact.js';

export const listListMembers = defineEndpoint({
  method: 'GET',
  path: '/v1/lists/{id}/members',
  operationId: 'listListMembers',
  summary: 'List the contacts of a list',
  description:
    'In the order in which the contacts were added to the account. Those of an active list are the ones that its filter holds for now.',
  tag: 'lists',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: idParams,
  query: pageQuery,
  body: nothing,
  replies: { 200: pageOf(contactDetailReply).meta({ id: 'ListMemberPage' }) },
  refusals: ['INVALID_CURSOR'],
  handler: async (call) => {
    const { tx, accountId, params, now, actingUser, query } = call;
    const list = await findList(tx, accountId, params.id);
    if (list === undefined) return refuseUnknown('list');
    const where = inList(tx, accountId, list, { now, viewer: actingUser });
    const identity = { accountId, list: 'list-members', query: { id: list.id } };
    return { status: 200, body: await showPageOfContacts(call, where, identity, query) };
  },
});
