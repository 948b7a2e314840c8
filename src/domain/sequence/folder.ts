/** What a folder holds. */
export const folderKinds = ['template', 'sequence'] as const;
export type FolderKind = (typeof folderKinds)[number];
