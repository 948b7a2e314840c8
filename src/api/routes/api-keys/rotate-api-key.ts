import { rotateKey } from '../../../usecases/account/keys.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { apiKeyRotated, apiKeyRotation, showApiKey } from '../../shapes/api-key.js';
import { idParams } from '../../shapes/common.js';

const hourMs = 3_600_000;

export const rotateApiKey = defineEndpoint({
  method: 'POST',
  path: '/v1/api-keys/{id}/rotate',
  operationId: 'rotateApiKey',
  summary: 'Replace an API key by a new one',
  description:
    'The new key has the name, the scopes and the user of the old one, and is shown this once. Both are valid until `replaces.expiresAt`, so that callers have the time to change over.',
  tag: 'api-keys',
  scope: 'admin',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: apiKeyRotation,
  replies: { 201: apiKeyRotated },
  refusals: ['ADMIN_REQUIRED', 'NOT_FOUND', 'CONFLICT'],
  shownOnce: 'key',
  handler: async (call) => {
    const { overlapHours, expiresAt } = call.body;
    const overlapMs = overlapHours * hourMs;
    const rotated = await rotateKey(call, call.params.id, { overlapMs, expiresAt });
    const { id, expiresAt: end } = rotated.replaced;
    const replaces = { id, expiresAt: end ?? call.now };
    return {
      status: 201,
      body: { ...showApiKey(rotated.key), key: rotated.token, replaces },
    };
  },
});
