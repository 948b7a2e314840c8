import { z } from 'zod';
import type { Selection } from '../../../domain/segment/selection.js';
import { partOfSelection, type UnknownContact } from '../../../usecases/contact/select-contacts.js';
import { cutPage, readCursor, type Paging } from '../../http/cursor.js';
import type { CallContext } from '../../http/endpoint.js';

const position = z.strictObject({ id: z.uuid(), index: z.string().regex(/^\d{1,9}$/) });

/** A page of the contacts of a selection. */
export interface SelectionPage {
  readonly contactIds: readonly string[];
  /** The place of the first of them in the whole selection, from 0. */
  readonly firstIndex: number;
  readonly paging: Paging;
  /** Those that it names and that do not exist. */
  readonly unknown: readonly UnknownContact[];
}

/** A page of the contacts that a body selects at this moment. Refuses an unknown list or company with its place. */
export async function pageOfSelection(
  call: CallContext,
  selection: Selection,
  asked: { readonly list: string; readonly limit: number; readonly after?: string | undefined },
): Promise<SelectionPage> {
  const { list, limit } = asked;
  const identity = { accountId: call.accountId, list, query: { selection } };
  const from = readCursor(position, identity, asked.after);
  const firstIndex = from === undefined ? 0 : Number(from.index) + 1;
  const part = await partOfSelection(call, selection, { limit: limit + 1, after: from?.id });
  const rows = part.contactIds.map((id, offset) => ({ id, index: String(firstIndex + offset) }));
  const { rows: shown, paging } = cutPage(rows, limit, identity, (row) => row);
  return { contactIds: shown.map(({ id }) => id), firstIndex, paging, unknown: part.unknown };
}
