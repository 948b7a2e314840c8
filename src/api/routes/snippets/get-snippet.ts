import { findSnippet } from '../../../db/queries/snippets.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showSnippet, snippetReply } from '../../shapes/snippet.js';

export const getSnippet = defineEndpoint({
  method: 'GET',
  path: '/v1/snippets/{id}',
  operationId: 'getSnippet',
  summary: 'Read a snippet',
  tag: 'snippets',
  scope: 'read',
  actingUser: 'optional',
  concurrency: 'etag',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: snippetReply },
  handler: async ({ tx, accountId, params }) => {
    const snippet = await findSnippet(tx, accountId, params.id);
    return snippet ? { status: 200, body: showSnippet(snippet) } : refuseUnknown('snippet');
  },
});
