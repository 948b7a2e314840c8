import {
  customType,
  foreignKey,
  index,
  integer,
  pgTable,
  primaryKey,
  text,
  uuid,
} from 'drizzle-orm/pg-core';
import { accessLevels } from '../../domain/access/sharing.js';
import {
  completeDefinition,
  type SequenceDefinition,
  type StoredDefinition,
} from '../../domain/sequence/definition.js';
import { accountId, instant } from './columns.js';
import { folders } from './folders.js';
import { users } from './users.js';

export const sequences = pgTable(
  'sequences',
  {
    accountId: accountId(),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    ownerId: uuid('owner_id').notNull(),
    /** The folder that it is kept in; not part of its versions. */
    folderId: uuid('folder_id'),
    /** The version that new enrollments get. */
    currentVersion: integer('current_version').notNull(),
    /**
     * What everyone in the account may do with it, or null (SHR-04). The default is for sequences that were made before
     * they could be private.
     */
    sharedWithEveryone: text('shared_with_everyone', { enum: accessLevels }).default('edit'),
    /** Counts the changes of its sharing, which is not part of a version. */
    sharingVersion: integer('sharing_version').notNull().default(1),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
    /**
     * When it was deleted. A deleted sequence takes no enrollments and is not listed, but running enrollments still
     * need it.
     */
    deletedAt: instant('deleted_at'),
    /** Since when it is archived: off the list and closed to enrollments, until it is taken out again. */
    archivedAt: instant('archived_at'),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    index('sequences_by_update').on(table.accountId, table.updatedAt, table.id),
    index('sequences_by_folder').on(table.accountId, table.folderId),
    foreignKey({
      columns: [table.accountId, table.folderId],
      foreignColumns: [folders.accountId, folders.id],
    }),
    foreignKey({
      columns: [table.accountId, table.ownerId],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);

/** `jsonb`; read with the defaults of settings that did not exist when it was saved. */
const definition = customType<{ data: SequenceDefinition; driverData: StoredDefinition }>({
  dataType: () => 'jsonb',
  fromDriver: completeDefinition,
});

/** Immutable: an edit adds a row. */
export const sequenceVersions = pgTable(
  'sequence_versions',
  {
    accountId: accountId(),
    sequenceId: uuid('sequence_id').notNull(),
    version: integer('version').notNull(),
    definition: definition('definition').notNull(),
    createdBy: uuid('created_by').notNull(),
    createdAt: instant('created_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.sequenceId, table.version] }),
    foreignKey({
      columns: [table.accountId, table.sequenceId],
      foreignColumns: [sequences.accountId, sequences.id],
    }),
    foreignKey({
      columns: [table.accountId, table.createdBy],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);
