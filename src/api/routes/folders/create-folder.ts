import { makeFolder } from '../../../usecases/sequence/folder.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { folderInput, folderReply, showFolder } from '../../shapes/folder.js';

export const createFolder = defineEndpoint({
  method: 'POST',
  path: '/v1/folders',
  operationId: 'createFolder',
  summary: 'Make a folder for templates or for sequences',
  description: 'Its name is the only one of its kind in the account.',
  tag: 'folders',
  scope: 'write',
  actingUser: 'optional',
  params: nothing,
  query: nothing,
  body: folderInput,
  replies: { 201: folderReply },
  refusals: ['FORBIDDEN_PERMISSION', 'CONFLICT'],
  handler: async (call) => {
    const folder = await makeFolder(call, call.body);
    return {
      status: 201,
      body: showFolder(folder),
      headers: { location: `/v1/folders/${folder.id}` },
    };
  },
});
