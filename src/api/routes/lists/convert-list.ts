import { convertList as convert } from '../../../usecases/contact/write-list.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { listReply, showList } from '../../shapes/list.js';

export const convertList = defineEndpoint({
  method: 'POST',
  path: '/v1/lists/{id}/convert',
  operationId: 'convertList',
  summary: 'Make an active list static',
  description:
    'It keeps the contacts that its filter holds for now, and loses the filter. A list that is static already stays as it is.',
  tag: 'lists',
  scope: 'write',
  actingUser: 'optional',
  heavy: true,
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: listReply },
  refusals: ['FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const list = await convert(call, call.params.id);
    return { status: 200, body: showList(list) };
  },
});
