import { revokeKey } from '../../../usecases/account/keys.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { apiKeyReply, showApiKey } from '../../shapes/api-key.js';
import { idParams } from '../../shapes/common.js';

export const revokeApiKey = defineEndpoint({
  method: 'DELETE',
  path: '/v1/api-keys/{id}',
  operationId: 'revokeApiKey',
  summary: 'Revoke an API key',
  description: 'It is refused from now on, and stays listed. Doing it twice is harmless.',
  tag: 'api-keys',
  scope: 'admin',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: apiKeyReply },
  refusals: ['ADMIN_REQUIRED', 'NOT_FOUND'],
  handler: async (call) => {
    return { status: 200, body: showApiKey(await revokeKey(call, call.params.id)) };
  },
});
