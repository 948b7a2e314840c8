import { findContact, type Contact } from '../../db/queries/contacts.js';
import {
  addMembers,
  holdContacts,
  lockList,
  removeMember,
  type List,
} from '../../db/queries/lists.js';
import type { Reference } from '../../db/queries/reference.js';
import type { Selection } from '../../domain/segment/selection.js';
import { requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { note, noteAll, type Noted } from '../log.js';
import { refuse, refuseUnknown } from '../refusal.js';
import { selectContacts, type UnknownContact } from './select-contacts.js';

/** The most contacts that are put into a list in one call. */
export const maxAdded = 1000;

/** Who is put into a list: contacts that are named, or those that a selection holds at this moment. */
interface Wanted {
  readonly contacts?: readonly Exclude<Reference, { readonly named: string }>[] | undefined;
  readonly selection?: Selection | undefined;
}

/**
 * Puts contacts into a static list, and answers which of them do not exist. Refuses an active list (LIST_NOT_STATIC), and
 * more than `maxAdded` (BULK_TOO_LARGE).
 */
export async function addToList(
  act: Act,
  listId: string,
  who: Wanted,
): Promise<{
  readonly added: number;
  readonly alreadyIn: number;
  readonly unknownContacts: UnknownContact[];
}> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const list = await lockStatic(act, listId);
  const { contactIds: wanted, unknown } = await selectContacts(act, who, maxAdded);
  const held = await holdContacts(tx, accountId, wanted);
  if (held.size < wanted.length) {
    return refuse('NOT_FOUND', 'A contact was deleted at this moment; ask again without it.');
  }
  const added = await addMembers(tx, list, wanted, now);
  const data = { listId: list.id };
  await noteAll(
    act,
    added.map((id): Noted => ({ subject: 'contact', id, type: 'list_joined', data })),
  );
  const alreadyIn = wanted.length - added.length;
  return { added: added.length, alreadyIn, unknownContacts: [...unknown] };
}

/** Takes a contact, named by an id, an externalId or an email, out of a static list; refuses one that is not in it. */
export async function removeFromList(act: Act, listId: string, named: string): Promise<Contact> {
  requirePermission(act, 'sequences');
  const { tx, accountId } = act;
  const list = await lockStatic(act, listId);
  const contact = await findContact(tx, accountId, { named });
  const wasIn = contact && (await removeMember(tx, accountId, list.id, contact.id));
  if (contact === undefined || wasIn !== true) return refuseUnknown('member');
  const data = { listId: list.id };
  await note(act, { subject: 'contact', id: contact.id, type: 'list_left', data });
  return contact;
}

/** The list, locked, when it is one that contacts are put into and taken out of. */
async function lockStatic({ tx, accountId }: Act, id: string): Promise<List> {
  const list = await lockList(tx, accountId, id, 'members');
  if (list === undefined) return refuseUnknown('list');
  if (list.kind === 'static') return list;
  return refuse(
    'LIST_NOT_STATIC',
    'The list is active: its filter says who is in it. Change the filter, or make the list static with POST …/convert.',
  );
}
