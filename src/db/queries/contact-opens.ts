import { and, eq, inArray, isNull, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Viewer } from '../../domain/access/sharing.js';
import { fromEpochMs } from '../../domain/time/instant.js';
import type { Instant } from '../../domain/time/types.js';
import { mostOpens } from '../../domain/time/usual-open-time.js';
import type { Db, Tx } from '../client.js';
import { contactOpens, contacts, enrollments } from '../schema/index.js';
import { enrollmentVisibleTo } from './visibility.js';

/** The latest opens of a contact that no machine made, in milliseconds since 1970, as a part of a query; null for none. */
const latestOf = (accountId: PgColumn, contactId: PgColumn): SQL => sql`(
  select jsonb_agg(latest.ms) from (
    select (extract(epoch from opened.opened_at) * 1000)::bigint as ms
    from ${contactOpens} opened
    where opened.account_id = ${accountId} and opened.contact_id = ${contactId} and opened.automatic = false
    order by opened.opened_at desc limit ${sql.raw(String(mostOpens))}
  ) latest)`;

/**
 * The latest opens of the contact of a row of `enrollments`, joined with the definition that it runs, as a part of a query;
 * null, without a look at any open, when it does not plan by them (SET-08), unless `always`.
 */
export function opensOf(definition: PgColumn, always: boolean): SQL<number[] | null> {
  const sendTime = (column: PgColumn) => sql`${column} #>> '{settings,sendTime}'`;
  const latest = latestOf(enrollments.accountId, enrollments.contactId);
  if (always) return sql`${latest}`;
  return sql`case when coalesce(${sendTime(enrollments.overrides)}, ${sendTime(definition)}) = 'from_opens'
    then ${latest} end`;
}

/** What `opensOf` gave, as plans are made with it. */
export function opensIn(opens: readonly number[] | null): readonly Instant[] | undefined {
  return opens?.map(fromEpochMs);
}

/** The latest opens of some contacts that no machine made, by the contact's id; nothing for one that has none. */
export async function readOpens(
  db: Db | Tx,
  accountId: string,
  contactIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Instant[]>> {
  if (contactIds.length === 0) return new Map();
  const opens = sql<number[] | null>`${latestOf(contacts.accountId, contacts.id)}`;
  const rows = await db
    .select({ id: contacts.id, opens })
    .from(contacts)
    .where(and(eq(contacts.accountId, accountId), inArray(contacts.id, [...contactIds])));
  return new Map(rows.map((row) => [row.id, opensIn(row.opens) ?? []]));
}

/** The contact of an enrollment that `viewer` may know of, or undefined. */
export async function contactOf(
  tx: Tx,
  accountId: string,
  enrollmentId: string,
  viewer: Viewer,
): Promise<string | undefined> {
  const [found] = await tx
    .select({ contactId: enrollments.contactId })
    .from(enrollments)
    .where(
      and(
        eq(enrollments.accountId, accountId),
        eq(enrollments.id, enrollmentId),
        enrollmentVisibleTo(tx, accountId, viewer),
      ),
    );
  return found?.contactId;
}

/**
 * Keeps an open of a contact, once by its event (REP-07). Nothing is kept of a contact that was deleted; one that is being
 * deleted is waited for. False when nothing was kept.
 */
export async function insertOpen(tx: Tx, open: typeof contactOpens.$inferInsert): Promise<boolean> {
  const { accountId, contactId } = open;
  const [held] = await tx
    .select({ id: contacts.id })
    .from(contacts)
    .where(
      and(
        eq(contacts.accountId, accountId),
        eq(contacts.id, contactId),
        isNull(contacts.deletedAt),
      ),
    )
    .for('key share');
  if (held !== undefined) await tx.insert(contactOpens).values(open);
  return held !== undefined;
}
