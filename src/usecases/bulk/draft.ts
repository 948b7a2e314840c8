import {
  countItemsOf,
  findItem,
  insertItems,
  nextIndex,
  placesInBatch,
  type BulkItemListing,
  type BulkItemRow,
  type ItemCounts,
} from '../../db/queries/bulk-enrollment-items.js';
import { findBulk, lockBulk, updateBulk, type BulkRow } from '../../db/queries/bulk-enrollments.js';
import { findContactIds } from '../../db/queries/contact-references.js';
import { holdContacts } from '../../db/queries/lists.js';
import { findMailbox } from '../../db/queries/mailboxes.js';
import type { Reference } from '../../db/queries/reference.js';
import type { Sequence } from '../../db/queries/sequences.js';
import { findUser, type User } from '../../db/queries/users.js';
import { newId } from '../../db/new-id.js';
import type { Permission } from '../../domain/access/permission.js';
import { maxContacts, type BulkChoices, type BulkKind } from '../../domain/bulk/bulk.js';
import { sourceOfSelection, type EnrollmentSource } from '../../domain/enrollment/source.js';
import type { Selection } from '../../domain/segment/selection.js';
import { checkAll, definitionForAll } from './choices.js';
import { readNamedSequence, requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { refuse, refuseFields, refuseUnknown, type FieldError } from '../refusal.js';
import { selectContacts, unknownContact, type UnknownContact } from '../contact/select-contacts.js';

/** A contact of a batch, and the choices that are its own. */
export interface BulkContact {
  readonly reference: Exclude<Reference, { readonly named: string }>;
  readonly overrides: BulkChoices;
}

/** A batch, and how many of its contacts are in which state. */
export interface CountedBulk {
  readonly bulk: BulkRow;
  readonly counts: ItemCounts;
}

const permissions: Readonly<Record<BulkKind, Permission>> = {
  bulk: 'bulk_enroll',
  import: 'import_enrollments',
};

/** Refuses an acting user without the permission to enroll so many contacts at once (BLK-01). */
export function requireBulkRight(act: Act, kind: BulkKind): void {
  requirePermission(act, permissions[kind]);
}

/**
 * The batch that a path names. A batch of another user is refused like an unknown one, unless the acting user is an
 * admin.
 */
export async function readBulk(act: Act, id: string): Promise<BulkRow> {
  const found = await findBulk(act.tx, act.accountId, id, act.actingUser);
  return found ?? refuseUnknown('bulk enrollment');
}

/** Locks the batch that a path names, for an actor who may change it. */
export async function lockOwnBulk(act: Act, id: string): Promise<BulkRow> {
  const found = await lockBulk(act.tx, act.accountId, id, act.actingUser);
  const bulk = found ?? refuseUnknown('bulk enrollment');
  requireBulkRight(act, bulk.kind);
  return bulk;
}

/** Locks the draft that a path names; refuses a batch that was confirmed or cancelled. */
export async function lockDraft(act: Act, id: string): Promise<BulkRow> {
  const bulk = await lockOwnBulk(act, id);
  if (bulk.state !== 'draft') refuseState(bulk, 'Only a draft can be changed; make another one.');
  return bulk;
}

/** A contact of a batch that the batch has not enrolled yet; refuses any other. */
export async function openItem(
  { tx }: Act,
  bulk: BulkRow,
  itemId: string,
): Promise<BulkItemListing> {
  const found = (await findItem(tx, bulk, itemId)) ?? refuseUnknown('item');
  const { state } = found.row;
  if (state === 'pending' || state === 'refused') return found;
  return refuse('BULK_INVALID_STATE', {
    detail: `The contact is ${state} in this bulk enrollment; there is nothing to change any more.`,
    extensions: { state },
  });
}

/** The sequence of a batch, if the acting user may know of it and it takes enrollments. */
export async function requireOpenSequence(act: Act, sequenceId: string): Promise<Sequence> {
  const sequence = await readNamedSequence(act, sequenceId);
  if (sequence.deletedAt === null && sequence.archivedAt === null) return sequence;
  return refuse(
    'SEQUENCE_NOT_ACTIVE',
    'The sequence is archived or was deleted, and takes no enrollments.',
  );
}

export function refuseState({ state }: BulkRow, hint: string): never {
  return refuse('BULK_INVALID_STATE', {
    detail: `The bulk enrollment is ${state === 'draft' ? 'a draft' : state}. ${hint}`,
    extensions: { state },
  });
}

/** Refuses a draft that leaves nobody to enroll. */
export function requireSomebody({ pending = 0, refused = 0 }: ItemCounts): void {
  if (pending + refused > 0) return;
  refuse('BULK_EMPTY', 'There is nobody left to enroll; add contacts first.');
}

/** Notes that a locked draft has changed, so that it can be confirmed only by somebody who has seen it as it is. */
export function touch(act: Act, bulk: BulkRow): Promise<BulkRow> {
  return updateBulk(act.tx, bulk, { version: bulk.version + 1, updatedAt: act.now });
}

/** Counts the contacts of a batch as they are now. */
export async function counted({ tx }: Pick<Act, 'tx'>, bulk: BulkRow): Promise<CountedBulk> {
  return { bulk, counts: await countItemsOf(tx, bulk) };
}

/** A batch that contacts were added to, and those that were named and do not exist. */
export interface FilledBulk extends CountedBulk {
  readonly unknown: readonly UnknownContact[];
}

/** Contacts that come to a batch, and the selection that they came from; null when they have the source of the batch. */
interface AddedContacts {
  readonly contacts: readonly BulkContact[];
  readonly source: EnrollmentSource | null;
  /** Those that a selection names and that do not exist. */
  readonly unknown: readonly UnknownContact[];
}

/** What came of adding contacts to a batch. */
interface Added {
  readonly count: number;
  readonly unknown: readonly UnknownContact[];
}

/**
 * Adds contacts to a locked batch, in their order, but for those that do not exist, which it answers. Adds none and refuses,
 * with the place of each mistake, when there would be too many (LIM-06) or when one is there twice.
 */
export async function addContacts(
  act: Act,
  { bulk, sequence }: { readonly bulk: BulkRow; readonly sequence: Sequence },
  { contacts: given, source, unknown }: AddedContacts,
): Promise<Added> {
  const { tx, accountId, now } = act;
  if (given.length === 0) return { count: 0, unknown };
  const places = await placesInBatch(tx, bulk);
  refuseTooMany(bulk.kind, places.size + given.length);
  const ids = await findContactIds(
    tx,
    accountId,
    given.map(({ reference }) => reference),
  );
  const held = await holdContacts(
    tx,
    accountId,
    ids.filter((id) => id !== undefined),
  );
  const checked = await checkAll(act, definitionForAll(bulk, sequence), given);
  const there = ids.map((id) => (id !== undefined && held.has(id) ? id : undefined));
  const errors = [...misplaced(there, places), ...checked.errors];
  if (errors.length > 0) refuseFields(errors);
  const first = await nextIndex(tx, bulk);
  const rows = checked.choices.flatMap((overrides, offset): BulkItemRow[] => {
    const contactId = there[offset];
    const row = {
      accountId,
      id: newId(now),
      bulkId: bulk.id,
      index: first + offset,
      overrides,
      source,
    };
    const open = { refusal: null, enrollmentId: null, firstSendAt: null, settledAt: null };
    return contactId === undefined ? [] : [{ ...row, ...open, contactId, state: 'pending' }];
  });
  await insertItems(tx, rows);
  const unnamed = there.flatMap((id, index) =>
    id === undefined ? [unknownContact('contacts', index)] : [],
  );
  return { count: rows.length, unknown: [...unknown, ...unnamed] };
}

/**
 * The contacts that a body names, or those that it selects at this moment and that are not in the batch yet (BLK-02,
 * BLK-03). Refuses a selection of more than the batch may have.
 */
export async function contactsToAdd(
  act: Act,
  bulk: BulkRow,
  body: {
    readonly contacts?: readonly BulkContact[] | undefined;
    readonly selection?: Selection | undefined;
    /** Said of all that come with it. */
    readonly source?: EnrollmentSource | undefined;
  },
): Promise<AddedContacts> {
  const { contacts = [], selection } = body;
  if (selection === undefined) return { contacts, source: null, unknown: [] };
  const selected = await selectContacts(act, { selection }, maxContacts[bulk.kind]);
  const places = await placesInBatch(act.tx, bulk);
  const added = selected.contactIds.filter((id) => !places.has(id));
  return {
    unknown: selected.unknown,
    contacts: added.map((id) => ({ reference: { id }, overrides: {} })),
    source: body.source ? null : (sourceOfSelection(selection) ?? null),
  };
}

function refuseTooMany(kind: BulkKind, count: number): void {
  const limit = maxContacts[kind];
  if (count <= limit) return;
  refuse('BULK_TOO_LARGE', {
    detail: `${count} contacts are more than the ${limit} that there may be; nothing was saved. Split them into several.`,
    extensions: { limit, count },
  });
}

function misplaced(
  ids: readonly (string | undefined)[],
  places: ReadonlyMap<string, number>,
): readonly FieldError[] {
  const firsts = new Map<string, number>();
  return ids.flatMap((id, index): FieldError[] => {
    if (id === undefined) return [];
    const at = { pointer: `/contacts/${index}` } as const;
    const first = firsts.get(id);
    const place = places.get(id);
    firsts.set(id, first ?? index);
    if (first !== undefined) {
      const message = `/contacts/${index} is the same contact as /contacts/${first}; name it once.`;
      return [{ ...at, code: 'duplicate', message }];
    }
    if (place === undefined) return [];
    const message = `This contact is in the batch already, at index ${place}.`;
    return [{ ...at, code: 'duplicate', message }];
  });
}

/**
 * The sender, mailbox and assignee that a body names, as columns of the batch. What the body does not name is left out.
 */
export async function readPeople(
  act: Act,
  named: {
    readonly sender?: Reference | undefined;
    readonly mailboxId?: string | null | undefined;
    readonly taskAssignee?: Reference | null | undefined;
  },
  current: { readonly senderId: string; readonly mailboxId: string | null },
): Promise<Pick<BulkRow, 'senderId' | 'mailboxId'> & { readonly taskAssigneeId?: string | null }> {
  const { sender, mailboxId: asked, taskAssignee } = named;
  const senderId = sender ? (await userNamed(act, sender, '/sender')).id : current.senderId;
  const kept = senderId === current.senderId ? current.mailboxId : null;
  const mailboxId = asked === undefined ? kept : asked;
  if (mailboxId !== null) await requireMailboxOf(act, senderId, mailboxId);
  if (taskAssignee === undefined) return { senderId, mailboxId };
  const assignee = taskAssignee && (await userNamed(act, taskAssignee, '/taskAssignee'));
  return { senderId, mailboxId, taskAssigneeId: assignee?.id ?? null };
}

async function userNamed(
  { tx, accountId }: Act,
  reference: Reference,
  pointer: string,
): Promise<User> {
  return (await findUser(tx, accountId, reference)) ?? refuseUnknown('user', pointer);
}

async function requireMailboxOf(
  { tx, accountId }: Act,
  senderId: string,
  mailboxId: string,
): Promise<void> {
  const mailbox = await findMailbox(tx, accountId, mailboxId);
  if (mailbox === undefined) refuseUnknown('mailbox', '/mailboxId');
  if (mailbox.userId !== senderId) {
    refuse('SENDER_NOT_ELIGIBLE', 'The mailbox is not the sender’s; choose one of theirs.');
  }
}
