import { renameFolder as rename } from '../../../usecases/sequence/folder.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { folderPatch, folderReply, showFolder } from '../../shapes/folder.js';

export const renameFolder = defineEndpoint({
  method: 'PATCH',
  path: '/v1/folders/{id}',
  operationId: 'updateFolder',
  summary: 'Rename a folder',
  tag: 'folders',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: folderPatch,
  replies: { 200: folderReply },
  refusals: ['FORBIDDEN_PERMISSION', 'CONFLICT'],
  handler: async (call) => {
    const folder = await rename(call, call.params.id, call.body.name);
    return { status: 200, body: showFolder(folder) };
  },
});
