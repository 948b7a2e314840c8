import { removeFolder } from '../../../db/queries/folders.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { folderReply, showFolder } from '../../shapes/folder.js';
import { note } from '../../../usecases/log.js';

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
  handler: async (call) => {
    const { tx, accountId, params } = call;
    const removed = await removeFolder(tx, accountId, params.id);
    if (removed === undefined) return refuseUnknown('folder');
    await note(call, { subject: 'folder', id: removed.id, type: 'deleted' });
    return { status: 200, body: showFolder(removed) };
  },
});
