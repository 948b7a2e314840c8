import type { Reference } from '../db/queries/reference.js';
import { findContactIds } from '../db/queries/contact-references.js';
import { selectContactIds } from '../db/queries/selection.js';
import type { Selection } from '../domain/segment/selection.js';
import { requireFilter } from './check-filter.js';
import type { CallContext } from './endpoint.js';
import { refuse, refuseUnknown } from './problem.js';

interface Wanted {
  readonly contacts?: readonly Exclude<Reference, { readonly named: string }>[] | undefined;
  readonly selection?: Selection | undefined;
}

/**
 * The contacts that a body names or selects, each once. Refuses what is unknown with its place, and more than `limit` with
 * BULK_TOO_LARGE: nothing is cut off silently.
 */
export async function selectContacts(
  call: CallContext,
  { contacts, selection }: Wanted,
  limit: number,
): Promise<readonly string[]> {
  const { tx, accountId, now, actingUser } = call;
  if (selection === undefined) {
    const found = await findContactIds(tx, accountId, contacts ?? []);
    const places = found.flatMap((id, index) => (id === undefined ? [`/contacts/${index}`] : []));
    if (places.length > 0) refuseUnknownContacts(places);
    return [...new Set(found.filter((id) => id !== undefined))];
  }
  if ('filter' in selection) await requireFilter(call, selection.filter, '/selection/filter');
  const options = { now, viewer: actingUser, limit };
  const selected = await selectContactIds(tx, accountId, selection, options);
  if (selected.kind === 'unknown') {
    if (selected.noun !== 'contact') {
      return refuseUnknown(selected.noun, `/selection/${selected.noun}Id`);
    }
    const places = selected.places.map((index) => `/selection/contactIds/${index}`);
    return refuseUnknownContacts(places);
  }
  if (!selected.more) return selected.contactIds;
  return refuse(
    'BULK_TOO_LARGE',
    `The selection holds more than ${limit} contacts, the most for one call. Choose more narrowly.`,
  );
}

const maxErrors = 100;

function refuseUnknownContacts(places: readonly string[]): never {
  const message = 'There is no such contact.';
  return refuse('NOT_FOUND', {
    detail: `${places.length} of the contacts are unknown; see errors.`,
    errors: places
      .slice(0, maxErrors)
      .map((pointer) => ({ in: 'body', pointer, code: 'not_found', message })),
  });
}
