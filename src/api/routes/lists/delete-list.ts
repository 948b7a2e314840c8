import { deleteList as remove, lockList } from '../../../db/queries/lists.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { listReply, showList } from '../../shapes/list.js';
import { note } from '../../../usecases/log.js';

export const deleteList = defineEndpoint({
  method: 'DELETE',
  path: '/v1/lists/{id}',
  summary: 'Delete a list of contacts',
  description: 'The contacts stay, and so does what they were enrolled in.',
  tag: 'lists',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: listReply },
  handler: async (call) => {
    const { tx, accountId, params } = call;
    const list = await lockList(tx, accountId, params.id, 'change');
    if (list === undefined) return refuseUnknown('list');
    await remove(tx, accountId, list.id);
    await note(call, { subject: 'list', id: list.id, type: 'deleted' });
    return { status: 200, body: showList(list) };
  },
});
