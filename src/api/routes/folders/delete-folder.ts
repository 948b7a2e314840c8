import { removeFolder } from '../../../db/queries/folders.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { folderReply, showFolder } from '../../shapes/folder.js';

export const deleteFolder = defineEndpoint({
  method: 'DELETE',
  path: '/v1/folders/{id}',
  summary: 'Delete a folder',
  description: 'What was in it stays, without a folder.',
  tag: 'folders',
  scope: 'write',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: folderReply },
  handler: async ({ tx, accountId, params }) => {
    const removed = await removeFolder(tx, accountId, params.id);
    return removed ? { status: 200, body: showFolder(removed) } : refuseUnknown('folder');
  },
});
