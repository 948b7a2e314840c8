import { isChange } from '../../domain/log/changed-fields.js';
import type { GivenStart } from '../../contract/outbox.js';
import {
  countItemsOf,
  updateItem,
  type BulkItemListing,
} from '../../db/queries/bulk-enrollment-items.js';
import { updateBulk, type BulkRow } from '../../db/queries/bulk-enrollments.js';
import { holdContacts } from '../../db/queries/lists.js';
import type { BulkChoices } from '../../domain/bulk/bulk.js';
import { requireActingUser, type Act } from '../act.js';
import { note } from '../log.js';
import { refuseUnknown } from '../refusal.js';
import { checkOwn } from './choices.js';
import {
  lockDraft,
  lockOwnBulk,
  openItem,
  refuseState,
  requireOpenSequence,
  touch,
} from './draft.js';
import { enrollItem } from './enroll-item.js';

/** Which contact of which batch a path names. */
interface ItemName {
  readonly id: string;
  readonly itemId: string;
}

/**
 * Chooses for one contact of a draft what it has otherwise; one that was refused waits to be enrolled again. Refuses a contact
 * that is deleted.
 */
export async function editItem(
  act: Act,
  { id, itemId }: ItemName,
  choices: BulkChoices,
): Promise<BulkItemListing> {
  const { tx } = act;
  const draft = await lockDraft(act, id);
  const found = await openItem(act, draft, itemId);
  const { contactId } = found.row;
  if ((await holdContacts(tx, act.accountId, [contactId])).size === 0) refuseUnknown('contact');
  const sequence = await requireOpenSequence(act, draft.sequenceId);
  const overrides = await checkOwn(act, { bulk: draft, sequence }, choices);
  const change = { overrides, state: 'pending', refusal: null, settledAt: null } as const;
  if (!isChange(found.row, change)) return found;
  const row = await updateItem(tx, draft, itemId, change);
  const data = { itemId: row.id, contactId: row.contactId };
  await note(act, { subject: 'bulk', id: draft.id, type: 'item_changed', data });
  await touch(act, draft);
  return { ...found, row };
}

/** Removes a contact from a draft; the places of the others stay. */
export async function removeItem(act: Act, { id, itemId }: ItemName): Promise<BulkItemListing> {
  const { tx, now } = act;
  const draft = await lockDraft(act, id);
  const found = await openItem(act, draft, itemId);
  const change = { state: 'removed', overrides: {}, refusal: null, settledAt: now } as const;
  const row = await updateItem(tx, draft, itemId, change);
  const data = { itemId: row.id, contactId: row.contactId };
  await note(act, { subject: 'bulk', id: draft.id, type: 'item_removed', data });
  await touch(act, draft);
  return { ...found, row };
}

/** A contact that was enrolled by itself or refused. */
export interface ConfirmedItem {
  readonly listing: BulkItemListing;
  /** The new enrollment, and what Temporal is to be told of it once it is committed. */
  readonly begun?: { readonly enrollmentId: string; readonly start: GivenStart<'enrollment'> };
}

/** Enrolls one contact of a draft, or one that was refused, at once. The last one finishes the draft. */
export async function confirmItem(act: Act, { id, itemId }: ItemName): Promise<ConfirmedItem> {
  const enroller = requireActingUser(act);
  const bulk = await lockOwnBulk(act, id);
  if (bulk.state !== 'draft' && bulk.state !== 'finished') {
    return refuseState(bulk, 'Contacts are enrolled one by one before it runs, or when it has.');
  }
  const found = await openItem(act, bulk, itemId);
  const { start, item, bulk: after } = await enrollItem({ ...act, enroller }, bulk, found.row);
  const { enrollmentId, contactId, state } = item;
  const data = { itemId: item.id, contactId, state, enrollmentId };
  await note(act, { subject: 'bulk', id: bulk.id, type: 'item_confirmed', data });
  await settleDraft(act, after, enroller.id);
  const listing = { ...found, row: item };
  return start && enrollmentId !== null ? { listing, begun: { enrollmentId, start } } : { listing };
}

/** The draft is another one than before, and has ended when nobody is left to enroll. */
async function settleDraft(act: Act, bulk: BulkRow, confirmedById: string): Promise<void> {
  const { tx, now } = act;
  if (bulk.state !== 'draft') return;
  const { pending = 0, refused = 0 } = await countItemsOf(tx, bulk);
  const isOver = pending + refused === 0;
  const ended = { state: 'finished', confirmedById, confirmedAt: now, endedAt: now } as const;
  const version = bulk.version + 1;
  await updateBulk(tx, bulk, { version, updatedAt: now, ...(isOver && ended) });
  if (isOver) await note(act, { subject: 'bulk', id: bulk.id, type: 'finished' });
}
