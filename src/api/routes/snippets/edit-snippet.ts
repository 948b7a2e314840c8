import { lockSnippet, updateSnippet } from '../../../db/queries/snippets.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { readSnippet } from '../../../usecases/sequence/read-snippet.js';
import { idParams } from '../../shapes/common.js';
import { showSnippet, snippetPatch, snippetReply } from '../../shapes/snippet.js';
import { noteChange } from '../../../usecases/log.js';

export const patchSnippet = defineEndpoint({
  method: 'PATCH',
  path: '/v1/snippets/{id}',
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
  refusals: ['CONFLICT'],
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    const current = await lockSnippet(tx, accountId, params.id);
    if (current === undefined) return refuseUnknown('snippet');
    call.requireVersion(current.version);
    const name = body.name ?? current.name;
    const html = body.html === undefined ? current.html : await readSnippet(call, body.html);
    if (name === current.name && html === current.html) {
      return { status: 200, body: showSnippet(current) };
    }
    const change = { name, html, version: current.version + 1, updatedAt: now };
    const saved = await updateSnippet(tx, accountId, current.id, change);
    await noteChange(call, 'snippet', [current, saved]);
    return { status: 200, body: showSnippet(saved) };
  },
});
