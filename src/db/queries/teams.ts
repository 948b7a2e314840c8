import { and, asc, eq, getTableColumns, gt, notInArray, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { sequenceTeamShares, teamMembers, teams } from '../schema/index.js';
import { isSameText, renamed, sameWritingFirst } from './compare-texts.js';

/** A team with its members, in the order of their ids. */
export type Team = Omit<typeof teams.$inferSelect, 'namesake'> & {
  readonly memberIds: readonly string[];
};

const columns = {
  ...getTableColumns(teams),
  memberIds: sql<string[]>`array(
    select ${teamMembers.userId} from ${teamMembers}
    where ${and(eq(teamMembers.accountId, teams.accountId), eq(teamMembers.teamId, teams.id))}
    order by 1)`,
};

const theTeam = (accountId: string, id: string) =>
  and(eq(teams.accountId, accountId), eq(teams.id, id));
const membersOf = (accountId: string, teamId: string) =>
  and(eq(teamMembers.accountId, accountId), eq(teamMembers.teamId, teamId));

/** Makes a team without members. Throws a unique violation when its name is taken. */
export async function insertTeam(
  tx: Tx,
  accountId: string,
  team: Omit<typeof teams.$inferInsert, 'accountId'>,
): Promise<void> {
  await tx.insert(teams).values({ ...team, accountId });
}

/** Makes a team without members; false when its name is taken. */
export async function insertTeamUnlessTaken(
  tx: Tx,
  accountId: string,
  team: Omit<typeof teams.$inferInsert, 'accountId'>,
): Promise<boolean> {
  const made = await tx
    .insert(teams)
    .values({ ...team, accountId })
    .onConflictDoNothing()
    .returning({ id: teams.id });
  return made.length > 0;
}

/** The id of the team with this name (3.20), locked until the transaction ends, or undefined. */
export async function lockTeamNamed(
  tx: Tx,
  accountId: string,
  name: string,
): Promise<string | undefined> {
  const [found] = await tx
    .select({ id: teams.id })
    .from(teams)
    .where(and(eq(teams.accountId, accountId), isSameText(teams.name, name)))
    .orderBy(sameWritingFirst(teams.name, name), asc(teams.id))
    .limit(1)
    .for('update');
  return found?.id;
}

export async function findTeam(
  db: Db | Tx,
  accountId: string,
  id: string,
): Promise<Team | undefined> {
  const [team] = await db.select(columns).from(teams).where(theTeam(accountId, id));
  return team;
}

/** Locks a team until the transaction ends, so that its members cannot change and nothing is shared with it meanwhile. */
export async function lockTeam(tx: Tx, accountId: string, id: string): Promise<Team | undefined> {
  const [locked] = await tx
    .select({ id: teams.id })
    .from(teams)
    .where(theTeam(accountId, id))
    .for('update');
  // Read by a separate statement, which sees the changes that the lock waited for.
  return locked && findTeam(tx, accountId, id);
}

/** Notes a change of a locked team. Throws a unique violation when its new name is taken. */
export async function updateTeam(
  tx: Tx,
  accountId: string,
  id: string,
  { name, updatedAt }: { readonly name?: string; readonly updatedAt: Instant },
): Promise<void> {
  const set = { updatedAt, ...renamed(teams, name) };
  await tx.update(teams).set(set).where(theTeam(accountId, id));
}

/** Makes these users, who must be the account's, the members of a locked team. */
export async function replaceMembers(
  tx: Tx,
  accountId: string,
  teamId: string,
  userIds: readonly string[],
): Promise<void> {
  const others = and(
    membersOf(accountId, teamId),
    userIds.length === 0 ? undefined : notInArray(teamMembers.userId, [...userIds]),
  );
  await tx.delete(teamMembers).where(others);
  await addMembers(tx, accountId, teamId, userIds);
}

/** Makes users, who must be the account's, members of a locked team; present members stay. */
export async function addMembers(
  tx: Tx,
  accountId: string,
  teamId: string,
  userIds: readonly string[],
): Promise<void> {
  if (userIds.length === 0) return;
  const rows = userIds.map((userId) => ({ accountId, teamId, userId }));
  await tx.insert(teamMembers).values(rows).onConflictDoNothing();
}

export async function removeMember(
  tx: Tx,
  accountId: string,
  teamId: string,
  userId: string,
): Promise<void> {
  await tx
    .delete(teamMembers)
    .where(and(membersOf(accountId, teamId), eq(teamMembers.userId, userId)));
}

/** Deletes a locked team with its memberships, and takes it out of every sharing. */
export async function deleteTeam(tx: Tx, accountId: string, id: string): Promise<void> {
  await tx
    .delete(sequenceTeamShares)
    .where(and(eq(sequenceTeamShares.accountId, accountId), eq(sequenceTeamShares.teamId, id)));
  await tx.delete(teamMembers).where(membersOf(accountId, id));
  await tx.delete(teams).where(theTeam(accountId, id));
}

export interface TeamPage {
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after: string | undefined;
}

/** Teams in the order in which they were made. */
export async function listTeams(
  db: Db | Tx,
  accountId: string,
  { limit, after }: TeamPage,
): Promise<readonly Team[]> {
  return db
    .select(columns)
    .from(teams)
    .where(
      and(eq(teams.accountId, accountId), after === undefined ? undefined : gt(teams.id, after)),
    )
    .orderBy(asc(teams.id))
    .limit(limit);
}
