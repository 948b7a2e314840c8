import { z } from 'zod';
import type { Reference } from '../../db/queries/reference.js';
import { findContactIds } from '../../db/queries/contact-references.js';
import { selectContactIds, type Selected } from '../../db/queries/selection.js';
import type { Selection } from '../../domain/segment/selection.js';
import { requireFilter } from './check-filter.js';
import { cutPage, readCursor, type Paging } from '../../api/http/cursor.js';
import type { CallContext } from '../../api/http/endpoint.js';
import { refuse, refuseUnknown } from '../../api/http/problem.js';

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
  const { tx, accountId } = call;
  if (selection === undefined) {
    const found = await findContactIds(tx, accountId, contacts ?? []);
    const places = found.flatMap((id, index) => (id === undefined ? [`/contacts/${index}`] : []));
    if (places.length > 0) refuseUnknownContacts(places);
    return [...new Set(found.filter((id) => id !== undefined))];
  }
  const selected = await partOf(call, selection, { limit });
  if (!selected.more) return selected.contactIds;
  return refuse(
    'BULK_TOO_LARGE',
    `The selection holds more than ${limit} contacts, the most for one call. Choose more narrowly.`,
  );
}

const position = z.strictObject({ id: z.uuid(), index: z.string().regex(/^\d{1,9}$/) });

/** A page of the contacts of a selection. */
export interface SelectionPage {
  readonly contactIds: readonly string[];
  /** The place of the first of them in the whole selection, from 0. */
  readonly firstIndex: number;
  readonly paging: Paging;
}

/** A page of the contacts that a body selects at this moment; refuses unknown names with their place. */
export async function pageOfSelection(
  call: CallContext,
  selection: Selection,
  asked: { readonly list: string; readonly limit: number; readonly after?: string | undefined },
): Promise<SelectionPage> {
  const { list, limit } = asked;
  const identity = { accountId: call.accountId, list, query: { selection } };
  const from = readCursor(position, identity, asked.after);
  const firstIndex = from === undefined ? 0 : Number(from.index) + 1;
  const part = await partOf(call, selection, { limit: limit + 1, after: from?.id });
  const rows = part.contactIds.map((id, offset) => ({ id, index: String(firstIndex + offset) }));
  const { rows: shown, paging } = cutPage(rows, limit, identity, (row) => row);
  return { contactIds: shown.map(({ id }) => id), firstIndex, paging };
}

async function partOf(
  call: CallContext,
  selection: Selection,
  part: { readonly limit: number; readonly after?: string | undefined },
): Promise<Extract<Selected, { readonly kind: 'selected' }>> {
  const { tx, accountId, now, actingUser } = call;
  if ('filter' in selection) await requireFilter(call, selection.filter, '/selection/filter');
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
    errors: places
      .slice(0, maxErrors)
      .map((pointer) => ({ in: 'body', pointer, code: 'not_found', message })),
  });
}
