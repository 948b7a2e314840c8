import { textOfHtml } from '../../../html/text-of-html.js';
import { previewTemplate as preview } from '../../../usecases/preview/preview-template.js';
import { defineEndpoint, nothing } from '../../http/endpoint.js';
import { idParams } from '../../shapes/common.js';
import { previewInput, previewReply } from '../../shapes/template.js';

export const previewTemplate = defineEndpoint({
  method: 'POST',
  path: '/v1/templates/{id}/preview',
  operationId: 'previewTemplate',
  summary: 'See what a contact would get',
  description:
    'Subject, HTML and text as an email in a new thread would have them, by the same code that renders what is sent, and every token that has neither value nor fallback. Nothing is sent or stored.',
  tag: 'templates',
  scope: 'read',
  actingUser: 'optional',
  heavy: true,
  params: idParams,
  query: nothing,
  body: previewInput,
  replies: { 200: previewReply },
  refusals: ['ACTING_USER_REQUIRED'],
  handler: async (call) => {
    const rendered = await preview(call, call.params.id, call.body);
    const { subject, html } = rendered.message;
    return {
      status: 200,
      body: {
        ...{ subject, html, text: textOfHtml(html) },
        canBeSent: rendered.ok,
        missingTokens: rendered.ok ? [] : [...rendered.missing],
      },
    };
  },
});
