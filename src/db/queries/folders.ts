import { and, asc, eq, gt, isNull, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { FolderKind } from '../../domain/sequence/folder.js';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { folders, sequences, templates } from '../schema/index.js';
import { renamed } from './compare-texts.js';
import { onlyRow } from './only-row.js';

export type Folder = Omit<typeof folders.$inferSelect, 'namesake'>;

/** Makes a folder. Throws a unique violation when another one of its kind has the name. */
export async function insertFolder(
  tx: Tx,
  accountId: string,
  folder: Omit<typeof folders.$inferInsert, 'accountId'>,
): Promise<Folder> {
  const rows = await tx
    .insert(folders)
    .values({ ...folder, accountId })
    .returning();
  return onlyRow(rows);
}

/** Renames a folder; undefined when there is none with this id. */
export async function renameFolder(
  tx: Tx,
  accountId: string,
  id: string,
  { name, updatedAt }: { readonly name: string; readonly updatedAt: Instant },
): Promise<Folder | undefined> {
  const rows = await tx
    .update(folders)
    .set({ updatedAt, ...renamed(folders, name) })
    .where(isFolder(accountId, id))
    .returning();
  return rows[0];
}

/** The folder, locked for a change. */
export async function lockFolder(
  tx: Tx,
  accountId: string,
  id: string,
): Promise<Folder | undefined> {
  const [folder] = await tx
    .select()
    .from(folders)
    .where(isFolder(accountId, id))
    .for('no key update');
  return folder;
}

/** The folder, kept from being deleted until the transaction ends. Lock order: account, folder, sequence. */
export async function holdFolder(
  tx: Tx,
  accountId: string,
  id: string,
  kind: FolderKind,
): Promise<Folder | undefined> {
  const rows = await tx
    .select()
    .from(folders)
    .where(and(isFolder(accountId, id), eq(folders.kind, kind)))
    .for('key share');
  return rows[0];
}

/** Deletes a folder; its contents stay, without a folder. Undefined when there is none with this id. */
export async function removeFolder(
  tx: Tx,
  accountId: string,
  id: string,
): Promise<Folder | undefined> {
  // Locked first, so that nothing is put into it meanwhile.
  const [locked] = await tx.select().from(folders).where(isFolder(accountId, id)).for('update');
  if (locked === undefined) return undefined;
  await tx
    .update(sequences)
    .set({ folderId: null })
    .where(and(eq(sequences.accountId, accountId), eq(sequences.folderId, id)));
  await tx
    .update(templates)
    .set({ folderId: null })
    .where(and(eq(templates.accountId, accountId), eq(templates.folderId, id)));
  await tx.delete(folders).where(isFolder(accountId, id));
  return locked;
}

export interface FolderPage {
  readonly kind: FolderKind | undefined;
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after: string | undefined;
}

/** Folders in the order in which they were made. */
export async function listFolders(
  db: Db | Tx,
  accountId: string,
  { kind, limit, after }: FolderPage,
): Promise<readonly Folder[]> {
  return db
    .select()
    .from(folders)
    .where(
      and(
        eq(folders.accountId, accountId),
        kind === undefined ? undefined : eq(folders.kind, kind),
        after === undefined ? undefined : gt(folders.id, after),
      ),
    )
    .orderBy(asc(folders.id))
    .limit(limit);
}

/** The condition of a list by folder: one, none at all (null), or any (undefined). */
export function inFolder(column: PgColumn, folderId: string | null | undefined): SQL | undefined {
  if (folderId === undefined) return undefined;
  return folderId === null ? isNull(column) : eq(column, folderId);
}

function isFolder(accountId: string, id: string): SQL | undefined {
  return and(eq(folders.accountId, accountId), eq(folders.id, id));
}
