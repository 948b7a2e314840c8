import { holdFolder } from '../../db/queries/folders.js';
import type { FolderKind } from '../../domain/sequence/folder.js';
import type { Act } from '../act.js';
import { refuseUnknown } from '../refusal.js';

/**
 * Keeps the folder that something is to be put into from being deleted meanwhile; refuses one that is unknown or of the
 * other kind. Call it before a sequence is locked.
 */
export async function holdFolderFor(
  { tx, accountId }: Act,
  kind: FolderKind,
  folderId: string | null | undefined,
  pointer = '/folderId',
): Promise<void> {
  if (folderId === null || folderId === undefined) return;
  const folder = await holdFolder(tx, accountId, folderId, kind);
  if (folder === undefined) refuseUnknown(`${kind} folder`, pointer);
}
