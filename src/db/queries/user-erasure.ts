import { and, eq, isNull, ne, sql } from 'drizzle-orm';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import {
  apiKeys,
  bulkEnrollments,
  mailboxes,
  mailServers,
  sequenceUserShares,
  teamMembers,
  userAbsences,
  users,
} from '../schema/index.js';

/** Whether the account has an active admin besides this user. */
export async function hasOtherAdmin(tx: Tx, accountId: string, userId: string): Promise<boolean> {
  const rows = await tx
    .select({ id: users.id })
    .from(users)
    .where(
      and(
        eq(users.accountId, accountId),
        eq(users.role, 'admin'),
        isNull(users.deactivatedAt),
        ne(users.id, userId),
      ),
    )
    .limit(1);
  return rows.length > 0;
}

/** Whether a batch that a user has confirmed is still being enrolled. */
export async function hasRunningBatch(tx: Tx, accountId: string, userId: string): Promise<boolean> {
  const rows = await tx
    .select({ id: bulkEnrollments.id })
    .from(bulkEnrollments)
    .where(
      and(
        eq(bulkEnrollments.state, 'running'),
        eq(bulkEnrollments.accountId, accountId),
        eq(bulkEnrollments.confirmedById, userId),
      ),
    )
    .limit(1);
  return rows.length > 0;
}

/** Stands where a name must stand that is nobody else's. */
function nobodysAddress(id: typeof users.id | typeof mailboxes.id) {
  return sql<string>`${id}::text || '@erased.invalid'`;
}

/**
 * Leaves of a locked, deactivated user and their mailboxes the ids alone, which what they made, sent and worked points to. Their
 * leaves, teams and shares are deleted, their keys revoked. The texts of mails that they sent are erased by `eraseOldTexts`.
 * Returns the ids of the mailboxes.
 */
export async function eraseUser(
  tx: Tx,
  accountId: string,
  userId: string,
  erasedAt: Instant,
): Promise<readonly string[]> {
  const stamp = { updatedAt: erasedAt, erasedAt };
  const boxAddress = nobodysAddress(mailboxes.id);
  const erased = await tx
    .update(mailboxes)
    .set({
      ...{ address: boxAddress, addressNormalized: boxAddress, displayName: '' },
      ...{ smtpHost: '', smtpPort: 0, smtpSecurity: 'none', state: 'disconnected' },
      ...{ smtpUsername: null, smtpPasswordEncrypted: null, ...stamp },
    })
    .where(and(eq(mailboxes.accountId, accountId), eq(mailboxes.userId, userId)))
    .returning({ id: mailboxes.id });
  for (const table of [userAbsences, teamMembers, sequenceUserShares]) {
    await tx.delete(table).where(and(eq(table.accountId, accountId), eq(table.userId, userId)));
  }
  await tx
    .update(apiKeys)
    .set({ name: '', revokedAt: sql`coalesce(${apiKeys.revokedAt}, ${erasedAt}::timestamptz)` })
    .where(and(eq(apiKeys.accountId, accountId), eq(apiKeys.userId, userId)));
  const address = nobodysAddress(users.id);
  await tx
    .update(users)
    .set({
      ...{ externalId: null, email: address, emailNormalized: address, name: '' },
      ...{ timeZone: 'UTC', role: 'member', hasSeat: false, permissions: [], ...stamp },
    })
    .where(and(eq(users.accountId, accountId), eq(users.id, userId)));
  return erased.map(({ id }) => id);
}

/** Forgets how mail servers did that no mailbox sends through any more; what one of them said may name its user. */
export async function forgetForsakenServers(tx: Db | Tx): Promise<void> {
  await tx.delete(mailServers).where(sql`not exists (select from ${mailboxes}
    where ${mailboxes.accountId} = ${mailServers.accountId} and ${mailboxes.smtpHost} = ${mailServers.host}
      and ${mailboxes.smtpPort} = ${mailServers.port} and ${mailboxes.smtpSecurity} = ${mailServers.security})`);
}
