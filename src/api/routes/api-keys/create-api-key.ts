import { createKey } from '../../../usecases/account/keys.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { apiKeyInput, apiKeyMade, showApiKey } from '../../shapes/api-key.js';

export const createApiKey = defineEndpoint({
  method: 'POST',
  path: '/v1/api-keys',
  operationId: 'createApiKey',
  summary: 'Make an API key',
  description:
    'The key itself is shown this once: only a hash of it is kept. A repeat with the same `Idempotency-Key` makes no other, and is answered without it.',
  tag: 'api-keys',
  scope: 'admin',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: apiKeyInput,
  replies: { 201: apiKeyMade },
  refusals: ['ADMIN_REQUIRED', 'NOT_FOUND', 'USER_DEACTIVATED'],
  shownOnce: 'key',
  handler: async (call) => {
    const { key, token } = await createKey(call, call.body);
    return { status: 201, body: { ...showApiKey(key), key: token } };
  },
});
