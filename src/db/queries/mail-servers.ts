import { and, eq, type SQL } from 'drizzle-orm';
import { afterFailure, duringTrial, turnAt } from '../../domain/sending/mail-server.js';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { mailServers } from '../schema/index.js';
import type { Mailbox } from './mailboxes.js';

export type MailServerRow = typeof mailServers.$inferSelect;

/** Names the mail server that a mailbox sends through. */
export type MailServerOf = Pick<Mailbox, 'accountId' | 'smtpHost' | 'smtpPort' | 'smtpSecurity'>;

/** The standing of a mailbox's mail server; undefined when its latest conversation went well. */
export async function findMailServer(
  tx: Db | Tx,
  of: MailServerOf,
): Promise<MailServerRow | undefined> {
  const [row] = await tx.select().from(mailServers).where(isServerOf(of));
  return row;
}

/**
 * Lets one mail try a server whose rest is over, and makes the others wait for at most `trialMs`; false when another has begun
 * to try, or the server has answered meanwhile.
 */
export async function beginTrial(
  tx: Tx,
  of: MailServerOf,
  now: Instant,
  trialMs: number,
): Promise<boolean> {
  const row = await lockMailServer(tx, of);
  if (row === undefined || turnAt(row, now).kind !== 'trial') return false;
  await tx
    .update(mailServers)
    .set(duringTrial(row, now, trialMs))
    .where(isServerOf(of));
  return true;
}

/** Notes a failed conversation; writes nothing where it changes nothing. */
export async function noteServerFailure(
  tx: Tx,
  of: MailServerOf,
  failure: {
    readonly isTrial: boolean;
    readonly reason: string;
    readonly reply: string | null;
    readonly now: Instant;
  },
): Promise<void> {
  const { isTrial, reason, reply, now } = failure;
  const { accountId, smtpHost: host, smtpPort: port, smtpSecurity: security } = of;
  const about = { reason, reply, failedAt: now };
  const first = afterFailure(undefined, isTrial, now);
  const made = first && { accountId, host, port, security, ...first, ...about };
  if (made === undefined) return;
  const { rowCount } = await tx.insert(mailServers).values(made).onConflictDoNothing();
  if (rowCount === 1) return;
  const row = await lockMailServer(tx, of);
  const next = row && afterFailure(row, isTrial, now);
  if (next === undefined) return;
  await tx
    .update(mailServers)
    .set({ ...next, ...about })
    .where(isServerOf(of));
}

/** The server answers again: nothing is held against it. */
export async function forgetServerFailures(db: Db | Tx, of: MailServerOf): Promise<void> {
  await db.delete(mailServers).where(isServerOf(of));
}

async function lockMailServer(tx: Tx, of: MailServerOf): Promise<MailServerRow | undefined> {
  const [row] = await tx.select().from(mailServers).where(isServerOf(of)).for('update');
  return row;
}

function isServerOf({
  accountId,
  smtpHost,
  smtpPort,
  smtpSecurity,
}: MailServerOf): SQL | undefined {
  return and(
    eq(mailServers.accountId, accountId),
    eq(mailServers.host, smtpHost),
    eq(mailServers.port, smtpPort),
    eq(mailServers.security, smtpSecurity),
  );
}
