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

/** A contact that was named and does not exist. */
export interface UnknownContact {
  readonly index: number;
  readonly pointer: string;
  readonly code: 'NOT_FOUND';
  readonly detail: string;
}

/** The contact at this place of the body, which does not exist. */
export function unknownContact(
  place: 'contacts' | 'selection/contactIds',
  index: number,
): UnknownContact {
  const detail = 'There is no such contact.';
  return { index, pointer: `/${place}/${index}`, code: 'NOT_FOUND', detail };
}

interface SelectedContacts {
  readonly contactIds: readonly string[];
  readonly unknown: readonly UnknownContact[];
}

/**
 * The contacts that a body names or selects, each once, and those that it names and that do not exist. Refuses more than
 * `limit` with BULK_TOO_LARGE: nothing is cut off silently.
 */
export async function selectContacts(
  act: Act,
  { contacts, selection }: Wanted,
  limit: number,
): Promise<SelectedContacts> {
  const { tx, accountId } = act;
  if (selection === undefined) {
    const found = await findContactIds(tx, accountId, contacts ?? []);
    return {
      contactIds: [...new Set(found.filter((id) => id !== undefined))],
      unknown: found.flatMap((id, index) =>
        id === undefined ? [unknownContact('contacts', index)] : [],
      ),
    };
  }
  const selected = await partOfSelection(act, selection, { limit });
  if (!selected.more) return selected;
  return refuse(
    'BULK_TOO_LARGE',
    `The selection holds more than ${limit} contacts, the most for one act. Choose more narrowly.`,
  );
}

interface PartOfSelection extends SelectedContacts {
  /** Whether the selection holds more contacts than these. */
  readonly more: boolean;
}

/**
 * A part of the contacts that are selected at this moment, in a fixed order. Refuses an unknown list or company with its
 * place.
 */
export async function partOfSelection(
  act: Act,
  selection: Selection,
  part: { readonly limit: number; readonly after?: string | undefined },
): Promise<PartOfSelection> {
  const { tx, accountId, now, actingUser } = act;
  if ('filter' in selection) await requireFilter(act, selection.filter, '/selection/filter');
  const options = { now, viewer: actingUser, ...part };
  const selected: Selected = await selectContactIds(tx, accountId, selection, options);
  if (selected.kind === 'unknown') {
    return refuseUnknown(selected.noun, `/selection/${selected.noun}Id`);
  }
  const { contactIds, more, unknown } = selected;
  return {
    contactIds,
    more,
    unknown: unknown.map((index) => unknownContact('selection/contactIds', index)),
  };
}
