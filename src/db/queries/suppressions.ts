import { and, asc, eq, gt, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { weightiest, type SuppressionReason } from '../../domain/enrollment/suppression.js';
import { normalizeAddress } from '../../domain/message/address.js';
import type { Db, Tx } from '../client.js';
import { newId } from '../new-id.js';
import { contacts, suppressions } from '../schema/index.js';

export type Suppression = typeof suppressions.$inferSelect;

/**
 * A list of all reasons against writing to an address, as a part of a query: those of the address itself, and those of
 * its domain and the domains above that. Empty for an address of null.
 */
export function reasonsAgainst(
  accountId: string,
  address: PgColumn | SQL,
): SQL<SuppressionReason[]> {
  return sql`array(
    select s.reason from ${suppressions} s
    where s.account_id = ${accountId} and s.address = any(array_append(
      array(
        select array_to_string(d.labels[i:], '.')
        from (select string_to_array(split_part(${address}, '@', 2), '.') as labels) d,
          generate_subscripts(d.labels, 1) i
      ),
      ${address}
    ))
  )`;
}

/** All reasons why an address must not be written to. */
export async function findSuppressions(
  tx: Tx,
  accountId: string,
  address: string,
): Promise<readonly SuppressionReason[]> {
  const { rows } = await tx.execute<{ readonly reasons: SuppressionReason[] }>(
    sql`select ${reasonsAgainst(accountId, sql`${address}::text`)} as reasons`,
  );
  return rows.flatMap(({ reasons }) => reasons);
}

/** Why the recipient of a mail must not be written to, or undefined. */
export async function suppressionOf(
  tx: Tx,
  accountId: string,
  recipient: string,
): Promise<SuppressionReason | undefined> {
  const address = normalizeAddress(recipient);
  const compared = address.ok ? address.normalized : recipient.toLowerCase();
  return weightiest(await findSuppressions(tx, accountId, compared));
}

/** Notes that an address, or a domain, must not be written to; answers the one that stands there already, unchanged. */
export async function suppress(
  tx: Tx,
  accountId: string,
  wanted: Pick<Suppression, 'address' | 'reason' | 'createdBy' | 'createdAt'> & {
    readonly note?: string | undefined;
  },
): Promise<{ readonly suppression: Suppression; readonly made: boolean }> {
  const row = { ...wanted, note: wanted.note ?? null, accountId, id: newId(wanted.createdAt) };
  // Writes nothing new over an existing row, but locks and returns it, even one that is just being made or removed.
  const [suppression = row] = await tx
    .insert(suppressions)
    .values(row)
    .onConflictDoUpdate({
      target: [suppressions.accountId, suppressions.address, suppressions.reason],
      set: { reason: wanted.reason },
    })
    .returning();
  return { suppression, made: suppression.id === row.id };
}

/** Takes a suppression away, and answers what it was. */
export async function removeSuppression(
  tx: Tx,
  accountId: string,
  id: string,
): Promise<Suppression | undefined> {
  const [removed] = await tx
    .delete(suppressions)
    .where(and(eq(suppressions.accountId, accountId), eq(suppressions.id, id)))
    .returning();
  return removed;
}

export interface SuppressionPage {
  /** A normalised address, or a domain. */
  readonly address: string | undefined;
  readonly reason: SuppressionReason | undefined;
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after: string | undefined;
}

/** Suppressions in the order in which they were made. */
export async function listSuppressions(
  db: Db | Tx,
  accountId: string,
  { address, reason, limit, after }: SuppressionPage,
): Promise<readonly Suppression[]> {
  return db
    .select()
    .from(suppressions)
    .where(
      and(
        eq(suppressions.accountId, accountId),
        address === undefined ? undefined : eq(suppressions.address, address),
        reason === undefined ? undefined : eq(suppressions.reason, reason),
        after === undefined ? undefined : gt(suppressions.id, after),
      ),
    )
    .orderBy(asc(suppressions.id))
    .limit(limit);
}

/** The contact that has this address, if there is one. */
export async function contactIdsAt(
  tx: Tx,
  accountId: string,
  address: string,
): Promise<readonly string[]> {
  const rows = await tx
    .select({ id: contacts.id })
    .from(contacts)
    .where(and(eq(contacts.accountId, accountId), eq(contacts.emailNormalized, address)));
  return rows.map(({ id }) => id);
}
