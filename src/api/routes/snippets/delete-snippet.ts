import { lockSnippet, removeSnippet } from '../../../db/queries/snippets.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showSnippet, snippetReply } from '../../shapes/snippet.js';
import { note } from '../../../usecases/log.js';

export const deleteSnippet = defineEndpoint({
  method: 'DELETE',
  path: '/v1/snippets/{id}',
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
  handler: async (call) => {
    const { tx, accountId, params } = call;
    const snippet = await lockSnippet(tx, accountId, params.id);
    if (snippet === undefined) return refuseUnknown('snippet');
    call.requireVersion(snippet.version);
    await removeSnippet(tx, accountId, snippet.id);
    await note(call, { subject: 'snippet', id: snippet.id, type: 'deleted' });
    return { status: 200, body: showSnippet(snippet) };
  },
});
