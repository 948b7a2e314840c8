import { foreignKey, index, pgTable, primaryKey, text, uuid } from 'drizzle-orm/pg-core';
import { accessLevels } from '../../domain/access/sharing.js';
import { accountId } from './columns.js';
import { sequences } from './sequences.js';
import { teams } from './teams.js';
import { users } from './users.js';

/** Users that a sequence is shared with; what everyone may do is stored in the sequence's own row. */
export const sequenceUserShares = pgTable(
  'sequence_user_shares',
  {
    accountId: accountId(),
    sequenceId: uuid('sequence_id').notNull(),
    userId: uuid('user_id').notNull(),
    level: text('level', { enum: accessLevels }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.sequenceId, table.userId] }),
    index('sequence_user_shares_by_user').on(table.accountId, table.userId),
    foreignKey({
      columns: [table.accountId, table.sequenceId],
      foreignColumns: [sequences.accountId, sequences.id],
    }),
    foreignKey({
      columns: [table.accountId, table.userId],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);

/** Teams that a sequence is shared with. */
export const sequenceTeamShares = pgTable(
  'sequence_team_shares',
  {
    accountId: accountId(),
    sequenceId: uuid('sequence_id').notNull(),
    teamId: uuid('team_id').notNull(),
    level: text('level', { enum: accessLevels }).notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.sequenceId, table.teamId] }),
    index('sequence_team_shares_by_team').on(table.accountId, table.teamId),
    foreignKey({
      columns: [table.accountId, table.sequenceId],
      foreignColumns: [sequences.accountId, sequences.id],
    }),
    foreignKey({
      columns: [table.accountId, table.teamId],
      foreignColumns: [teams.accountId, teams.id],
    }),
  ],
);
