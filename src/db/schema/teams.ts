import {
  foreignKey,
  index,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
  uuid,
} from 'drizzle-orm/pg-core';
import { accounts } from './accounts.js';
import { accountId, folded, instant, namesake } from './columns.js';
import { users } from './users.js';

/** Groups of users that sequences are shared with (SHR-04). */
export const teams = pgTable(
  'teams',
  {
    accountId: accountId().references(() => accounts.id),
    id: uuid('id').notNull(),
    name: text('name').notNull(),
    namesake: namesake(),
    createdAt: instant('created_at').notNull(),
    updatedAt: instant('updated_at').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.id] }),
    uniqueIndex('teams_name').on(table.accountId, table.name),
    uniqueIndex('teams_folded_name').on(table.accountId, folded(table.name), table.namesake),
  ],
);

export const teamMembers = pgTable(
  'team_members',
  {
    accountId: accountId(),
    teamId: uuid('team_id').notNull(),
    userId: uuid('user_id').notNull(),
  },
  (table) => [
    primaryKey({ columns: [table.accountId, table.teamId, table.userId] }),
    index('team_members_by_user').on(table.accountId, table.userId),
    foreignKey({
      columns: [table.accountId, table.teamId],
      foreignColumns: [teams.accountId, teams.id],
    }),
    foreignKey({
      columns: [table.accountId, table.userId],
      foreignColumns: [users.accountId, users.id],
    }),
  ],
);
