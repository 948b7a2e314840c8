import { newId } from '../../../db/new-id.js';
import { insertSnippet } from '../../../db/queries/snippets.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { readSnippet } from '../../../usecases/sequence/read-snippet.js';
import { showSnippet, snippetInput, snippetReply } from '../../shapes/snippet.js';
import { note } from '../../../usecases/log.js';

export const createSnippet = defineEndpoint({
  method: 'POST',
  path: '/v1/snippets',
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
  refusals: ['CONFLICT'],
  handler: async (call) => {
    const { tx, accountId, body, now } = call;
    const snippet = await insertSnippet(tx, accountId, {
      id: newId(now),
      name: body.name,
      html: await readSnippet(call, body.html),
      createdAt: now,
      updatedAt: now,
    });
    await note(call, { subject: 'snippet', id: snippet.id, type: 'created' });
    return {
      status: 201,
      body: showSnippet(snippet),
      headers: { location: `/v1/snippets/${snippet.id}` },
    };
  },
});
