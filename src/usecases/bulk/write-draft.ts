import { isChange } from '../../domain/log/changed-fields.js';
import { deleteItems } from '../../db/queries/bulk-enrollment-items.js';
import {
  deleteBulkRow,
  insertBulk,
  updateBulk,
  type BulkRow,
} from '../../db/queries/bulk-enrollments.js';
import type { Reference } from '../../db/queries/reference.js';
import { newId } from '../../db/new-id.js';
import { undone } from '../../db/undone.js';
import type { BulkChoices, BulkKind } from '../../domain/bulk/bulk.js';
import type { EnrollmentSource } from '../../domain/enrollment/source.js';
import type { Selection } from '../../domain/segment/selection.js';
import { requireActingUser, type Act } from '../act.js';
import { requireSource } from '../enrollment/require-source.js';
import { note, noteChange } from '../log.js';
import { checkDefaults } from './choices.js';
import {
  addContacts,
  contactsToAdd,
  counted,
  lockDraft,
  readPeople,
  refuseState,
  requireBulkRight,
  requireOpenSequence,
  requireSomebody,
  touch,
  type BulkContact,
  type CountedBulk,
  type FilledBulk,
} from './draft.js';

/** Contacts that are named, or those that a selection holds at this moment; not both. */
interface Wanted {
  readonly contacts?: readonly BulkContact[] | undefined;
  readonly selection?: Selection | undefined;
}

/** What may be chosen for all contacts of a batch. */
interface Settings {
  readonly sender?: Reference | undefined;
  readonly mailboxId?: string | null | undefined;
  readonly taskAssignee?: Reference | null | undefined;
  readonly source?: EnrollmentSource | undefined;
}

/** A draft to be made. */
export interface DraftRequest extends Wanted, Settings {
  readonly kind: BulkKind;
  readonly sequenceId: string;
  readonly defaults: BulkChoices;
  readonly onLimit: BulkRow['onLimit'];
}

/** What is changed of a draft: what is left out stays, and defaults are replaced. */
export interface DraftPatch extends Settings {
  readonly defaults?: BulkChoices | undefined;
  readonly onLimit?: BulkRow['onLimit'] | undefined;
}

/** Drafts a bulk enrollment or an import, of which nobody is enrolled before it is confirmed. */
export async function makeDraft(act: Act, request: DraftRequest): Promise<FilledBulk> {
  const { bulk, unknown } = await insertDraft(act, request);
  return { ...(await counted(act, bulk)), unknown };
}

/** Makes a draft only to look at it, and takes it back; refuses one that leaves nobody to enroll. */
export function tryDraft<T>(
  act: Act,
  request: DraftRequest,
  look: (trial: Act, draft: FilledBulk) => Promise<T>,
): Promise<T> {
  return undone(act.tx, async (savepoint) => {
    const trial = { ...act, tx: savepoint };
    const draft = await makeDraft(trial, request);
    if (draft.unknown.length === 0) requireSomebody(draft.counts);
    return look(trial, draft);
  });
}

async function insertDraft(
  act: Act,
  request: DraftRequest,
): Promise<Pick<FilledBulk, 'bulk' | 'unknown'>> {
  const { tx, accountId, now } = act;
  const { kind, sequenceId, onLimit } = request;
  const creator = requireActingUser(act);
  requireBulkRight(act, kind);
  const sequence = await requireOpenSequence(act, sequenceId);
  await requireSource(act, request.source);
  const defaults = await checkDefaults(act, sequence, request.defaults);
  const people = await readPeople(act, request, { senderId: creator.id, mailboxId: null });
  const bulk = await insertBulk(tx, {
    ...people,
    accountId,
    id: newId(now),
    kind,
    sequenceId,
    state: 'draft',
    source: request.source?.kind ?? kind,
    sourceId: request.source?.id ?? null,
    onLimit,
    defaults,
    version: 1,
    createdById: creator.id,
    createdAt: now,
    updatedAt: now,
  });
  const given = await contactsToAdd(act, bulk, request);
  const { count, unknown } = await addContacts(act, { bulk, sequence }, given);
  const data = { kind, sequenceId, contacts: count };
  await note(act, { subject: 'bulk', id: bulk.id, type: 'created', data });
  return { bulk, unknown };
}

/** Changes what is chosen for all contacts of a draft, on top of the version that was seen. */
export async function editDraft(act: Act, id: string, patch: DraftPatch): Promise<CountedBulk> {
  const { tx, now } = act;
  const draft = await lockDraft(act, id);
  act.requireVersion(draft.version);
  const { source, onLimit } = patch;
  await requireSource(act, source);
  const defaults =
    patch.defaults &&
    (await checkDefaults(act, await requireOpenSequence(act, draft.sequenceId), patch.defaults));
  const change = {
    ...(await readPeople(act, patch, draft)),
    ...(defaults && { defaults }),
    ...(source && { source: source.kind, sourceId: source.id ?? null }),
    ...(onLimit && { onLimit }),
  };
  if (!isChange(draft, change)) return counted(act, draft);
  const version = draft.version + 1;
  const bulk = await updateBulk(tx, draft, { ...change, version, updatedAt: now });
  await noteChange(act, 'bulk', [draft, bulk]);
  return counted(act, bulk);
}

/** Adds contacts to a draft behind those that are there, and answers which of them do not exist. */
export async function addToDraft(act: Act, id: string, wanted: Wanted): Promise<FilledBulk> {
  const draft = await lockDraft(act, id);
  act.heedVersion(draft.version);
  const sequence = await requireOpenSequence(act, draft.sequenceId);
  const given = await contactsToAdd(act, draft, wanted);
  const { count, unknown } = await addContacts(act, { bulk: draft, sequence }, given);
  const data = { contacts: count };
  await note(act, { subject: 'bulk', id: draft.id, type: 'items_added', data });
  return { ...(await counted(act, await touch(act, draft))), unknown };
}

/** Deletes a draft of which nobody is enrolled, and answers what it was. */
export async function deleteDraft(act: Act, id: string): Promise<CountedBulk> {
  const { tx, accountId } = act;
  const draft = await lockDraft(act, id);
  act.heedVersion(draft.version);
  const was = await counted(act, draft);
  if (was.counts.enrolled !== undefined) {
    refuseState(draft, 'Contacts of it are enrolled: cancel it instead, and it is kept.');
  }
  await deleteItems(tx, draft);
  await deleteBulkRow(tx, accountId, draft.id);
  await note(act, { subject: 'bulk', id: draft.id, type: 'deleted' });
  return was;
}
