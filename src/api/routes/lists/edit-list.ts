import { lockList, updateList } from '../../../db/queries/lists.js';
import { requireFilter } from '../../../usecases/contact/check-filter.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseFields, refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { listPatch, listReply, noFilterHint, showList } from '../../shapes/list.js';
import { requireRelatives } from '../../../usecases/contact/write-contact.js';
import { noteChange } from '../../../usecases/log.js';

export const editList = defineEndpoint({
  method: 'PATCH',
  path: '/v1/lists/{id}',
  summary: 'Change a list of contacts',
  description: 'What is left out stays as it is.',
  tag: 'lists',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: listPatch,
  replies: { 200: listReply },
  refusals: ['CONFLICT'],
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    const list = await lockList(tx, accountId, params.id, 'change');
    if (list === undefined) return refuseUnknown('list');
    if (body.filter !== undefined && list.kind === 'static') {
      const error = { in: 'body', pointer: '/filter', code: 'not_applicable' } as const;
      refuseFields([{ ...error, message: noFilterHint }]);
    }
    await requireRelatives(call, { ownerId: body.ownerId });
    await requireFilter(call, body.filter);
    const { name = list.name, ownerId = list.ownerId, filter = list.filter } = body;
    const change = { name, ownerId, filter, updatedAt: now };
    const changed = await updateList(tx, accountId, list.id, change);
    await noteChange(call, 'list', [list, changed]);
    return { status: 200, body: showList(changed) };
  },
});
