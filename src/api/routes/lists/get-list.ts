import { findList } from '../../../db/queries/lists.js';
import { countContacts, inList } from '../../../db/queries/selection.js';
import { warningsFor } from '../../../domain/segment/selection.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { listDetail, showList } from '../../shapes/list.js';
import { showWarnings } from '../../shapes/selection.js';

export const getList = defineEndpoint({
  method: 'GET',
  path: '/v1/lists/{id}',
  operationId: 'getList',
  summary: 'Read a list of contacts, with how many are in it',
  tag: 'lists',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: listDetail },
  handler: async ({ tx, accountId, params, now, actingUser }) => {
    const list = await findList(tx, accountId, params.id);
    if (list === undefined) return refuseUnknown('list');
    const where = inList(tx, accountId, list, { now, viewer: actingUser });
    const count = await countContacts(tx, accountId, where);
    const warnings = showWarnings(warningsFor(count));
    return { status: 200, body: { ...showList(list), count, warnings } };
  },
});
