import { findCompany } from '../../../db/queries/companies.js';
import { findContact } from '../../../db/queries/contacts.js';
import type { Reference } from '../../../db/queries/reference.js';
import { findTemplate } from '../../../db/queries/templates.js';
import { findUser, type User } from '../../../db/queries/users.js';
import { renderMessage } from '../../../domain/message/render-message.js';
import { tokenValues } from '../../../domain/message/token-values.js';
import { textOfHtml } from '../../../html/text-of-html.js';
import { defineEndpoint, nothing, type CallContext } from '../../http/endpoint.js';
import { refuseUnknown } from '../../../usecases/refusal.js';
import { idParams } from '../../shapes/common.js';
import { previewInput, previewReply } from '../../shapes/template.js';

export const previewTemplate = defineEndpoint({
  method: 'POST',
  path: '/v1/templates/{id}/preview',
  summary: 'See what a contact would get',
  description:
    'Subject, HTML and text as an email in a new thread would have them, by the same code that renders what is sent, and every token that has neither value nor fallback. Nothing is sent or stored.',
  tag: 'templates',
  scope: 'read',
  actingUser: 'optional',
  params: idParams,
  query: nothing,
  body: previewInput,
  replies: { 200: previewReply },
  refusals: ['ACTING_USER_REQUIRED'],
  handler: async (call) => {
    const { tx, accountId, params, body } = call;
    const template = await findTemplate(tx, accountId, params.id);
    if (template === undefined) return refuseUnknown('template');
    const contact = await findContact(tx, accountId, body.contact);
    if (contact === undefined) return refuseUnknown('contact', '/contact');
    const sender = await senderOf(call, body.sender, call.requireActingUser);
    const { companyId } = contact;
    const company = companyId === null ? undefined : await findCompany(tx, accountId, companyId);
    const rendered = renderMessage(template, tokenValues(contact, company ?? null, sender));
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

async function senderOf(
  { tx, accountId }: CallContext,
  reference: Reference | undefined,
  otherwise: () => User,
): Promise<User> {
  if (reference === undefined) return otherwise();
  return (await findUser(tx, accountId, reference)) ?? refuseUnknown('user', '/sender');
}
