import { editList as edit } from '../../../usecases/contact/write-list.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { listPatch, listReply, showList, listDetail } from '../../shapes/list.js';

export const editList = defineEndpoint({
  method: 'PATCH',
  path: '/v1/lists/{id}',
  operationId: 'updateList',
  summary: 'Change a list of contacts',
  description: 'What is left out stays as it is.',
  tag: 'lists',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: listPatch,
  replies: { 200: listReply },
  reads: { shape: listDetail },
  refusals: ['FORBIDDEN_PERMISSION', 'CONFLICT'],
  handler: async (call) => {
    const list = await edit(call, call.params.id, call.body);
    return { status: 200, body: showList(list) };
  },
});
