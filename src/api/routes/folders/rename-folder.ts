import { renameFolder as rename } from '../../../db/queries/folders.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { folderPatch, folderReply, showFolder } from '../../shapes/folder.js';

export const renameFolder = defineEndpoint({
  method: 'PATCH',
  path: '/v1/folders/{id}',
  summary: 'Rename a folder',
  tag: 'folders',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: folderPatch,
  replies: { 200: folderReply },
  refusals: ['CONFLICT'],
  handler: async ({ tx, accountId, params, body, now }) => {
    const { name } = body;
    const folder = await rename(tx, accountId, params.id, { name, updatedAt: now });
    return folder ? { status: 200, body: showFolder(folder) } : refuseUnknown('folder');
  },
});
