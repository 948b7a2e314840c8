import { deleteSnippet as remove } from '../../../usecases/sequence/snippet.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showSnippet, snippetReply } from '../../shapes/snippet.js';

export const deleteSnippet = defineEndpoint({
  method: 'DELETE',
  path: '/v1/snippets/{id}',
  operationId: 'deleteSnippet',
  summary: 'Delete a snippet',
  description: 'Answers what was deleted. Texts that took it over keep it.',
  tag: 'snippets',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'if_match',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: snippetReply },
  refusals: ['FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const removed = await remove(call, call.params.id);
    return { status: 200, body: showSnippet(removed) };
  },
});
