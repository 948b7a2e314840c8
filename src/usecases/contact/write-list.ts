import { isChange } from '../../domain/log/changed-fields.js';
import { newId } from '../../db/new-id.js';
import {
  addMatching,
  deleteList as remove,
  insertList,
  lockList,
  updateList,
  type List,
} from '../../db/queries/lists.js';
import { inList } from '../../db/queries/selection.js';
import type { Filter } from '../../domain/segment/filter.js';
import type { ListKind } from '../../domain/segment/selection.js';
import { requireRoom } from '../account/require-room.js';
import { requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { note, noteChange } from '../log.js';
import { refuseFields, refuseUnknown } from '../refusal.js';
import { requireFilter } from './check-filter.js';
import { requireRelatives } from './write-contact.js';

/** How a filter of a static list is refused. */
export const noFilterHint =
  'A static list has no filter: put contacts into it, or make an active list.';

/** A list to be made; an active one has a filter. Without an owner it is the acting user's. */
export interface ListInput {
  readonly kind: ListKind;
  readonly name: string;
  readonly ownerId?: string | null | undefined;
  readonly filter?: Filter | undefined;
}

/** What is changed of a list; what is left out stays. */
export interface ListPatch extends Pick<ListInput, 'ownerId'> {
  readonly name?: string | undefined;
  /** Null of a static list, which has none. */
  readonly filter?: Filter | null | undefined;
}

/**
 * Makes a list; refuses one too many, an unknown owner and a filter that does not go with what is declared. Throws a unique violation when
 * its name is taken.
 */
export async function makeList(act: Act, input: ListInput): Promise<List> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now, actingUser } = act;
  await requireRoom(act, 'lists');
  await requireRelatives(act, { ownerId: input.ownerId });
  await requireFilter(act, input.filter);
  const list = await insertList(tx, {
    accountId,
    id: newId(now),
    kind: input.kind,
    name: input.name,
    ownerId: input.ownerId === undefined ? (actingUser?.id ?? null) : input.ownerId,
    filter: input.filter ?? null,
    createdAt: now,
    updatedAt: now,
  });
  await note(act, { subject: 'list', id: list.id, type: 'created', data: { kind: list.kind } });
  return list;
}

/** Changes a list: what is left out stays. Refuses what `makeList` does, and a filter of a static list. */
export async function editList(act: Act, id: string, patch: ListPatch): Promise<List> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const list = await lockForChange(act, id);
  if (patch.filter && list.kind === 'static') {
    const error = { in: 'body', pointer: '/filter', code: 'not_applicable' } as const;
    refuseFields([{ ...error, message: noFilterHint }]);
  }
  if (patch.filter === null && list.kind === 'active') {
    const error = { in: 'body', pointer: '/filter', code: 'required' } as const;
    refuseFields([{ ...error, message: 'An active list keeps a filter.' }]);
  }
  await requireRelatives(act, { ownerId: patch.ownerId });
  await requireFilter(act, patch.filter ?? undefined);
  const { name = list.name, ownerId = list.ownerId, filter = list.filter } = patch;
  const change = { name, ownerId, filter, updatedAt: now };
  if (!isChange(list, change)) return list;
  const changed = await updateList(tx, accountId, list.id, change);
  await noteChange(act, 'list', [list, changed]);
  return changed;
}

/** Makes an active list static: it keeps the contacts that its filter holds for now. A static one stays as it is. */
export async function convertList(act: Act, id: string): Promise<List> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now, actingUser } = act;
  const list = await lockForChange(act, id);
  if (list.kind === 'static') return list;
  const where = inList(tx, accountId, list, { now, viewer: actingUser });
  await addMatching(tx, list, where, now);
  const change = { kind: 'static', filter: null, updatedAt: now } as const;
  const converted = await updateList(tx, accountId, list.id, change);
  await note(act, { subject: 'list', id: list.id, type: 'converted' });
  return converted;
}

/** Deletes a list and answers what it was; its contacts stay. */
export async function deleteList(act: Act, id: string): Promise<List> {
  requirePermission(act, 'sequences');
  const list = await lockForChange(act, id);
  await remove(act.tx, act.accountId, list.id);
  await note(act, { subject: 'list', id: list.id, type: 'deleted' });
  return list;
}

async function lockForChange({ tx, accountId }: Act, id: string): Promise<List> {
  return (await lockList(tx, accountId, id, 'change')) ?? refuseUnknown('list');
}
