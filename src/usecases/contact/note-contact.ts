import type { Contact } from '../../db/queries/contacts.js';
import { changedFields } from '../../domain/log/changed-fields.js';
import type { Noted } from '../log.js';

/** What the log says of a new contact. */
export function contactMade({ id, companyId }: Pick<Contact, 'id' | 'companyId'>): Noted[] {
  return [{ subject: 'contact', id, type: 'created' }, ...joined(id, companyId)];
}

/** What the log says of a contact that was changed: nothing when it is as it was. */
export function contactChanged(before: Contact, after: Contact): Noted[] {
  const { id } = after;
  const fields = changedFields(before, after);
  if (fields.length === 0) return [];
  const changed: Noted = { subject: 'contact', id, type: 'changed', data: { fields } };
  if (before.companyId === after.companyId) return [changed];
  return [changed, ...left(id, before.companyId), ...joined(id, after.companyId)];
}

function joined(id: string, companyId: string | null): Noted[] {
  if (companyId === null) return [];
  return [{ subject: 'contact', id, type: 'company_joined', data: { companyId } }];
}

function left(id: string, companyId: string | null): Noted[] {
  if (companyId === null) return [];
  return [{ subject: 'contact', id, type: 'company_left', data: { companyId } }];
}
