import { editSnippet } from '../../../usecases/sequence/snippet.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { showSnippet, snippetPatch, snippetReply } from '../../shapes/snippet.js';

export const patchSnippet = defineEndpoint({
  method: 'PATCH',
  path: '/v1/snippets/{id}',
  operationId: 'updateSnippet',
  summary: 'Change a snippet',
  description:
    'What is left out stays as it is. Texts that took it over keep what they have; makes a new version, unless nothing changes.',
  tag: 'snippets',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'if_match',
  params: idParams,
  query: nothing,
  body: snippetPatch,
  replies: { 200: snippetReply },
  refusals: ['FORBIDDEN_PERMISSION', 'CONFLICT'],
  handler: async (call) => {
    const snippet = await editSnippet(call, call.params.id, call.body);
    return { status: 200, body: showSnippet(snippet) };
  },
});
