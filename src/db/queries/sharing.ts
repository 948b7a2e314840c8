import { and, eq, inArray, sql } from 'drizzle-orm';
import type { Share, Sharing } from '../../domain/access/sharing.js';
import type { Tx } from '../client.js';
import { sequences, sequenceTeamShares, sequenceUserShares, teams } from '../schema/index.js';

/**
 * Writes whom a sequence is shared with, in place of the old sharing, and returns the new sharing version. The sequence
 * must be locked for an edit, and the teams with `lockTeams`. This is no edit: neither the version nor the time of
 * change moves.
 */
export async function saveSharing(
  tx: Tx,
  accountId: string,
  sequenceId: string,
  { everyone, users, teams: teamShares }: Sharing,
): Promise<number> {
  const key = { accountId, sequenceId };
  const ofUsers = and(
    eq(sequenceUserShares.accountId, accountId),
    eq(sequenceUserShares.sequenceId, sequenceId),
  );
  const ofTeams = and(
    eq(sequenceTeamShares.accountId, accountId),
    eq(sequenceTeamShares.sequenceId, sequenceId),
  );
  await tx.delete(sequenceUserShares).where(ofUsers);
  await tx.delete(sequenceTeamShares).where(ofTeams);
  if (users.length > 0) {
    const rows = users.map(({ id, level }) => ({ ...key, userId: id, level }));
    await tx.insert(sequenceUserShares).values(rows);
  }
  if (teamShares.length > 0) {
    const rows = teamShares.map(({ id, level }) => ({ ...key, teamId: id, level }));
    await tx.insert(sequenceTeamShares).values(rows);
  }
  const [saved] = await tx
    .update(sequences)
    .set({
      sharedWithEveryone: everyone,
      sharingVersion: sql`${sequences.sharingVersion} + 1`,
    })
    .where(and(eq(sequences.accountId, accountId), eq(sequences.id, sequenceId)))
    .returning({ version: sequences.sharingVersion });
  if (saved === undefined) throw new Error('a sequence that is locked was not found');
  return saved.version;
}

/** Which of these are teams of the account, kept from being deleted until the transaction ends. */
export async function lockTeams(
  tx: Tx,
  accountId: string,
  shares: readonly Share[],
): Promise<ReadonlySet<string>> {
  if (shares.length === 0) return new Set();
  const ids = shares.map(({ id }) => id);
  const rows = await tx
    .select({ id: teams.id })
    .from(teams)
    .where(and(eq(teams.accountId, accountId), inArray(teams.id, ids)))
    .orderBy(teams.id)
    .for('key share');
  return new Set(rows.map(({ id }) => id));
}
