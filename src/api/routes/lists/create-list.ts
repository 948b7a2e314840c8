import { makeList } from '../../../usecases/contact/write-list.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { listInput, listReply, showList } from '../../shapes/list.js';

export const createList = defineEndpoint({
  method: 'POST',
  path: '/v1/lists',
  operationId: 'createList',
  summary: 'Make a static or an active list of contacts',
  tag: 'lists',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: listInput,
  replies: { 201: listReply },
  refusals: ['LIMIT_REACHED', 'FORBIDDEN_PERMISSION', 'CONFLICT', 'NOT_FOUND'],
  handler: async (call) => {
    const list = await makeList(call, call.body);
    return { status: 201, body: showList(list), headers: { location: `/v1/lists/${list.id}` } };
  },
});
