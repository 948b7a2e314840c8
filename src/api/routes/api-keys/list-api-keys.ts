import { z } from 'zod';
import { listApiKeys as readKeys } from '../../../db/queries/api-keys.js';
import { requireAdmin } from '../../../usecases/access.js';
import { managingKeys } from '../../../usecases/account/keys.js';
import { cutPage, pageOf, pageQuery, readCursor } from '../../http/cursor.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { apiKeyReply, showApiKey } from '../../shapes/api-key.js';

const position = z.strictObject({ id: z.uuid() });

export const listApiKeys = defineEndpoint({
  method: 'GET',
  path: '/v1/api-keys',
  operationId: 'listApiKeys',
  summary: 'List API keys',
  description: 'In the order in which they were made, revoked and expired ones too.',
  tag: 'api-keys',
  scope: 'admin',
  actingUser: 'optional',
  params: nothing,
  query: pageQuery,
  body: nothing,
  replies: { 200: pageOf(apiKeyReply).meta({ id: 'ApiKeyPage' }) },
  refusals: ['INVALID_CURSOR', 'ADMIN_REQUIRED'],
  handler: async (call) => {
    const { tx, accountId, query } = call;
    requireAdmin(call, managingKeys);
    const identity = { accountId, list: 'api-keys', query: {} };
    const after = readCursor(position, identity, query.after)?.id;
    const rows = await readKeys(tx, accountId, { limit: query.limit + 1, after });
    const page = cutPage(rows, query.limit, identity, ({ id }) => ({ id }));
    return { status: 200, body: { results: page.rows.map(showApiKey), paging: page.paging } };
  },
});
