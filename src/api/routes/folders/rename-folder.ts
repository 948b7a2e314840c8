import { renameFolder as rename } from '../../../db/queries/folders.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { folderPatch, folderReply, showFolder } from '../../shapes/folder.js';
import { note } from '../../../usecases/log.js';

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
  handler: async (call) => {
    const { tx, accountId, params, body, now } = call;
    const { name } = body;
    const folder = await rename(tx, accountId, params.id, { name, updatedAt: now });
    if (folder === undefined) return refuseUnknown('folder');
    const data = { fields: ['name'] };
    await note(call, { subject: 'folder', id: folder.id, type: 'changed', data });
    return { status: 200, body: showFolder(folder) };
  },
});
