import { newId } from '../../db/new-id.js';
import {
  insertFolder,
  lockFolder,
  removeFolder,
  renameFolder as rename,
  type Folder,
} from '../../db/queries/folders.js';
import type { FolderKind } from '../../domain/sequence/folder.js';
import { requirePermission } from '../access.js';
import type { Act } from '../act.js';
import { note } from '../log.js';
import { refuseUnknown } from '../refusal.js';

/** Makes a folder. Throws a unique violation when one of its kind has the name. */
export async function makeFolder(
  act: Act,
  { kind, name }: { readonly kind: FolderKind; readonly name: string },
): Promise<Folder> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const row = { id: newId(now), kind, name, createdAt: now, updatedAt: now };
  const folder = await insertFolder(tx, accountId, row);
  const data = { kind: folder.kind };
  await note(act, { subject: 'folder', id: folder.id, type: 'created', data });
  return folder;
}

/** Gives a folder another name. Refuses an unknown one; throws a unique violation when one of its kind has the name. */
export async function renameFolder(act: Act, id: string, name: string): Promise<Folder> {
  requirePermission(act, 'sequences');
  const { tx, accountId, now } = act;
  const current = await lockFolder(tx, accountId, id);
  if (current?.name === name) return current;
  const folder = await rename(tx, accountId, id, { name, updatedAt: now });
  if (folder === undefined) return refuseUnknown('folder');
  const data = { fields: ['name'] };
  await note(act, { subject: 'folder', id: folder.id, type: 'changed', data });
  return folder;
}

/** Deletes a folder and returns what it was; what was in it stays, without a folder. Refuses an unknown one. */
export async function deleteFolder(act: Act, id: string): Promise<Folder> {
  requirePermission(act, 'sequences');
  const removed = await removeFolder(act.tx, act.accountId, id);
  if (removed === undefined) return refuseUnknown('folder');
  await note(act, { subject: 'folder', id: removed.id, type: 'deleted' });
  return removed;
}
