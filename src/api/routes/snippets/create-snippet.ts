import { makeSnippet } from '../../../usecases/sequence/snippet.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { showSnippet, snippetInput, snippetReply } from '../../shapes/snippet.js';

export const createSnippet = defineEndpoint({
  method: 'POST',
  path: '/v1/snippets',
  operationId: 'createSnippet',
  summary: 'Make a snippet',
  description:
    'A piece of text that bodies and task notes name as `{{snippet.name}}`; it is put in when they are saved.',
  tag: 'snippets',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'etag',
  params: nothing,
  query: nothing,
  body: snippetInput,
  replies: { 201: snippetReply },
  refusals: ['FORBIDDEN_PERMISSION', 'CONFLICT'],
  handler: async (call) => {
    const snippet = await makeSnippet(call, call.body);
    return {
      status: 201,
      body: showSnippet(snippet),
      headers: { location: `/v1/snippets/${snippet.id}` },
    };
  },
});
