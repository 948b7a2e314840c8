import { deleteFolder as remove } from '../../../usecases/sequence/folder.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { folderReply, showFolder } from '../../shapes/folder.js';

export const deleteFolder = defineEndpoint({
  method: 'DELETE',
  path: '/v1/folders/{id}',
  operationId: 'deleteFolder',
  summary: 'Delete a folder',
  description: 'What was in it stays, without a folder.',
  tag: 'folders',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: folderReply },
  refusals: ['FORBIDDEN_PERMISSION'],
  handler: async (call) => {
    const removed = await remove(call, call.params.id);
    return { status: 200, body: showFolder(removed) };
  },
});
