import { lockTemplate, removeTemplate } from '../../../db/queries/templates.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { showTemplate, templateReply } from '../../shapes/template.js';
import { note } from '../../../usecases/log.js';

export const deleteTemplate = defineEndpoint({
  method: 'DELETE',
  path: '/v1/templates/{id}',
  summary: 'Delete a template',
  description: 'Answers what was deleted. Sequences that took its content keep it.',
  tag: 'templates',
  scope: 'write',
  actingUser: 'optional',
  concurrency: 'if_match',
  params: idParams,
  query: nothing,
  body: nothing,
  replies: { 200: templateReply },
  handler: async (call) => {
    const { tx, accountId, params } = call;
    const template = await lockTemplate(tx, accountId, params.id);
    if (template === undefined) return refuseUnknown('template');
    call.requireVersion(template.version);
    await removeTemplate(tx, accountId, template.id);
    await note(call, { subject: 'template', id: template.id, type: 'deleted' });
    return { status: 200, body: showTemplate(template) };
  },
});
