import { placeholdersAreValues } from '../../db/queries/accounts.js';
import { findCompany } from '../../db/queries/companies.js';
import { findContact } from '../../db/queries/contacts.js';
import type { Reference } from '../../db/queries/reference.js';
import { findTemplate } from '../../db/queries/templates.js';
import { findUser, type User } from '../../db/queries/users.js';
import type { RenderedMessage } from '../../domain/message/render-message.js';
import { tokenValues } from '../../domain/message/token-values.js';
import { renderSafely } from '../../html/render-safely.js';
import { requireActingUser, type Act } from '../act.js';
import { refuseUnknown } from '../refusal.js';

/**
 * Renders a template as a contact would get it from the sender, the acting user without one. Refuses an unknown template,
 * contact and sender, and a preview for nobody.
 */
export async function previewTemplate(
  act: Act,
  id: string,
  request: { readonly contact: Reference; readonly sender?: Reference | undefined },
): Promise<RenderedMessage> {
  const { tx, accountId } = act;
  const template = await findTemplate(tx, accountId, id);
  if (template === undefined) return refuseUnknown('template');
  const contact = await findContact(tx, accountId, request.contact);
  if (contact === undefined) return refuseUnknown('contact', '/contact');
  const sender = await senderOf(act, request.sender);
  const { companyId } = contact;
  const company = companyId === null ? undefined : await findCompany(tx, accountId, companyId);
  const account = { placeholdersAreValues: await placeholdersAreValues(tx, accountId) };
  return renderSafely(template, tokenValues(contact, company ?? null, sender, account));
}

async function senderOf(act: Act, reference: Reference | undefined): Promise<User> {
  if (reference === undefined) return requireActingUser(act);
  return (await findUser(act.tx, act.accountId, reference)) ?? refuseUnknown('user', '/sender');
}
