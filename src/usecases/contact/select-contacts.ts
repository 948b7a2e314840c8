import type { Reference } from '../../db/queries/reference.js';
import { findContactIds } from '../../db/queries/contact-references.js';
import { selectContactIds, type Selected } from '../../db/queries/selection.js';
import type { Selection } from '../../domain/segment/selection.js';
import { requireFilter } from './check-filter.js';
import type { Act } from '../act.js';
import { refuse, refuseUnknown } from '../refusal.js';

interface Wanted {
  readonly contacts?: readonly Exclude<Reference, { readonly named: string }>[] | undefined;
  readonly selection?: Selection | undefined;
}

/**
 * The contacts that a body names or selects, each once. Refuses unknown names with their place. Refuses more than
 * `limit` with BULK_TOO_LARGE: nothing is cut off silently.
 */
export async function selectContacts(
  act: Act,
  { contacts, selection }: Wanted,
  limit: number,
): Promise<readonly string[]> {
  const { tx, accountId } = act;
  if (selection === undefined) {
    const found = await findContactIds(tx, accountId, contacts ?? []);
    const places = found.flatMap((id, index) => (id === undefined ? [`/contacts/${index}`] : []));
    if (places.length > 0) refuseUnknownContacts(places);
    return [...new Set(found.filter((id) => id !== undefined))];
  }
  const selected = await partOfSelection(act, selection, { limit });
  if (!selected.more) return selected.contactIds;
  return refuse(
    'BULK_TOO_LARGE',
    `The selection holds more than ${limit} contacts, the most for one act. Choose more narrowly.`,
  );
}

/**
 * A part of the contacts that are selected at this moment, in a fixed order. Refuses unknown names with their place.
 */
export async function partOfSelection(
  act: Act,
  selection: Selection,
  part: { readonly limit: number; readonly after?: string | undefined },
): Promise<Extract<Selected, { readonly kind: 'selected' }>> {
  const { tx, accountId, now, actingUser } = act;
  if ('filter' in selection) await requireFilter(act, selection.filter, '/selection/filter');
  const options = { now, viewer: actingUser, ...part };
  const selected = await selectContactIds(tx, accountId, selection, options);
  if (selected.kind === 'selected') return selected;
  if (selected.noun !== 'contact') {
    return refuseUnknown(selected.noun, `/selection/${selected.noun}Id`);
  }
  return refuseUnknownContacts(selected.places.map((index) => `/selection/contactIds/${index}`));
}

const maxErrors = 100;

function refuseUnknownContacts(places: readonly string[]): never {
  const message = 'There is no such contact.';
  return refuse('NOT_FOUND', {
    detail: `${places.length} of the contacts are unknown; see errors.`,
    errors: places.slice(0, maxErrors).map((pointer) => ({ pointer, code: 'not_found', message })),
  });
}
