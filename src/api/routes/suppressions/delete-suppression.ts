import { liftSuppression } from '../../../usecases/contact/lift-suppression.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showSuppression, suppressionReply } from '../../shapes/suppression.js';

export const deleteSuppression = defineEndpoint({
  method: 'DELETE',
  path: '/v1/suppressions/{id}',
  operationId: 'deleteSuppression',
  summary: 'Allow writing to an address or a domain again',
  description:
    'Answers what was taken away. Other suppressions of the address stay, and what was unenrolled stays so.',
  tag: 'suppressions',
  scope: 'admin',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: suppressionReply },
  refusals: ['NOT_FOUND', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const removed = await liftSuppression(call, call.params.id);
    return { status: 200, body: showSuppression(removed) };
  },
});
