import { newId } from '../../../db/new-id.js';
import { insertFolder } from '../../../db/queries/folders.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { folderInput, folderReply, showFolder } from '../../shapes/folder.js';
import { note } from '../../../usecases/log.js';

export const createFolder = defineEndpoint({
  method: 'POST',
  path: '/v1/folders',
  summary: 'Make a folder for templates or for sequences',
  description: 'Its name is the only one of its kind in the account.',
  tag: 'folders',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: folderInput,
  replies: { 201: folderReply },
  refusals: ['CONFLICT'],
  handler: async (call) => {
    const { tx, accountId, body, now } = call;
    const { kind, name } = body;
    const folder = await insertFolder(tx, accountId, {
      id: newId(now),
      kind,
      name,
      createdAt: now,
      updatedAt: now,
    });
    await note(call, {
      subject: 'folder',
      id: folder.id,
      type: 'created',
      data: { kind: folder.kind },
    });
    return {
      status: 201,
      body: showFolder(folder),
      headers: { location: `/v1/folders/${folder.id}` },
    };
  },
});
