import { newId } from '../../../db/new-id.js';
import { insertTemplate } from '../../../db/queries/templates.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { holdFolderFor } from '../../../usecases/sequence/hold-folder.js';
import { readTemplate } from '../../../usecases/sequence/read-template.js';
import { showTemplate, templateDetail, templateInput } from '../../shapes/template.js';
import { note } from '../../../usecases/log.js';

export const createTemplate = defineEndpoint({
  method: 'POST',
  path: '/v1/templates',
  summary: 'Make a template',
  description:
    'It belongs to the acting user. Scripts, event handlers, frames, forms and unsupported links are refused; other markup that one-to-one mail does not need is cleaned away.',
  tag: 'templates',
  scope: 'write',
  actingUser: 'required',
  concurrency: 'etag',
  params: nothing,
  query: nothing,
  body: templateInput,
  replies: { 201: templateDetail },
  handler: async (call) => {
    const { tx, accountId, body, now } = call;
    const owner = call.requireActingUser();
    await holdFolderFor(call, 'template', body.folderId);
    const content = await readTemplate(call, body);
    const template = await insertTemplate(tx, accountId, {
      ...content,
      id: newId(now),
      name: body.name,
      folderId: body.folderId,
      ownerId: owner.id,
      createdAt: now,
      updatedAt: now,
    });
    await note(call, {
      subject: 'template',
      id: template.id,
      type: 'created',
      data: { version: template.version },
    });
    return {
      status: 201,
      body: { ...showTemplate(template), sequenceCount: 0 },
      headers: { location: `/v1/templates/${template.id}` },
    };
  },
});
