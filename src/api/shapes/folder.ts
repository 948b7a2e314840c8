import { z } from 'zod';
import type { Folder } from '../../db/queries/folders.js';
import { folderKinds } from '../../domain/sequence/folder.js';
import { idShape, instantShape, lineShape } from './common.js';

export const folderKind = z.enum(folderKinds).meta({ description: 'What the folder holds.' });

export const folderInput = z
  .strictObject({ kind: folderKind, name: lineShape(200) })
  .meta({ id: 'FolderInput' });

export const folderPatch = z.strictObject({ name: lineShape(200) }).meta({ id: 'FolderPatch' });

export const folderReply = z
  .object({
    id: z.uuid(),
    kind: folderKind,
    name: z.string(),
    createdAt: instantShape,
    updatedAt: instantShape,
  })
  .meta({ id: 'Folder' });

/** The folder that something is put into; null for none. */
export const folderIdInput = z
  .uuid()
  .nullable()
  .meta({ description: 'The folder it is kept in; null for none.' });

/** The filter of a list by folder. */
export const folderFilter = z
  .union([idShape, z.literal('none')], { error: 'Give the id of a folder, or "none".' })
  .transform((value) => (value === 'none' ? null : value))
  .meta({ description: 'Those of one folder; `none` for those without any.' });

export function showFolder(folder: Folder): z.input<typeof folderReply> {
  return { ...folder };
}
