import { deleteList as remove } from '../../../usecases/contact/write-list.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { listReply, showList } from '../../shapes/list.js';

export const deleteList = defineEndpoint({
  method: 'DELETE',
  path: '/v1/lists/{id}',
  operationId: 'deleteList',
  summary: 'Delete a list of contacts',
  description: 'The contacts stay, and so does what they were enrolled in.',
  tag: 'lists',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: listReply },
  refusals: ['FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const list = await remove(call, call.params.id);
    return { status: 200, body: showList(list) };
  },
});
