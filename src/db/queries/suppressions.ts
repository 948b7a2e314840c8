import { and, asc, eq, gt, inArray, isNull, ne, or, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { weightiest, type SuppressionReason } from '../../domain/enrollment/suppression.js';
import { normalizeAddress } from '../../domain/message/address.js';
import type { Db, Tx } from '../client.js';
import { newId } from '../new-id.js';
import { contacts, suppressions } from '../schema/index.js';

export type Suppression = typeof suppressions.$inferSelect;

const digestForm = 'sha256:';

/**
 * What stands for an address whose contact was erased: whoever has the address can recognise it, and nobody can read it. No
 * address or domain has its form.
 */
function digestOf(accountId: string, address: PgColumn | SQL): SQL<string> {
  return sql`${digestForm}::text || encode(sha256(convert_to(${accountId}::text || ' ' || ${address}, 'UTF8')), 'hex')`;
}

/** Whether the contact with the address of a suppression was erased, so that only a digest of the address is kept. */
export function isDigest({ address }: Pick<Suppression, 'address'>): boolean {
  return address.startsWith(digestForm);
}

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
    where s.account_id = ${accountId} and s.address = any(
      array(
        select array_to_string(d.labels[i:], '.')
        from (select string_to_array(split_part(${address}, '@', 2), '.') as labels) d,
          generate_subscripts(d.labels, 1) i
      ) || array[${address}, ${digestOf(accountId, sql`${address}`)}]
    )
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

/**
 * Notes that an address, or a domain, must not be written to; answers the one that stands there already, unchanged. Of the
 * address of somebody who `isErased` only a digest is kept.
 */
export async function suppress(
  tx: Tx,
  accountId: string,
  { isErased = false, ...wanted }: NewSuppression,
): Promise<{ readonly suppression: Suppression; readonly made: boolean }> {
  const digest = digestOf(accountId, sql`${wanted.address}`);
  const [erased] = await tx
    .select()
    .from(suppressions)
    .where(
      and(
        eq(suppressions.accountId, accountId),
        eq(suppressions.address, digest),
        eq(suppressions.reason, wanted.reason),
      ),
    );
  if (erased !== undefined) return { suppression: erased, made: false };
  const id = newId(wanted.createdAt);
  const row = { ...wanted, note: wanted.note ?? null, accountId, id };
  // Writes nothing new over an existing row, but locks and returns it, even one that is just being made or removed.
  const [suppression = row] = await tx
    .insert(suppressions)
    .values({ ...row, ...(isErased && { address: digest }) })
    .onConflictDoUpdate({
      target: [suppressions.accountId, suppressions.address, suppressions.reason],
      set: { reason: wanted.reason },
    })
    .returning();
  return { suppression, made: suppression.id === row.id };
}

/**
 * Keeps of these addresses of a locked contact, which is being erased, only digests, and no notes; unless another contact has
 * the address by now.
 */
export async function eraseAddresses(
  tx: Tx,
  { accountId, id }: { readonly accountId: string; readonly id: string },
  addresses: readonly string[],
): Promise<void> {
  const others = await tx
    .select({ address: contacts.emailNormalized })
    .from(contacts)
    .where(
      and(
        eq(contacts.accountId, accountId),
        inArray(contacts.emailNormalized, [...addresses]),
        isNull(contacts.deletedAt),
        ne(contacts.id, id),
      ),
    );
  const kept = new Set(others.map(({ address }) => address));
  const own = addresses.filter((address) => !kept.has(address));
  if (own.length === 0) return;
  const standing = and(eq(suppressions.accountId, accountId), inArray(suppressions.address, own));
  // Of an address that was erased before, and suppressed anew since, the older row stays.
  const digest = digestOf(accountId, suppressions.address);
  await tx.execute(sql`delete from ${suppressions} where ${standing} and exists (
    select from ${suppressions} erased where erased.account_id = ${suppressions.accountId}
      and erased.address = ${digest} and erased.reason = ${suppressions.reason})`);
  await tx.update(suppressions).set({ address: digest, note: null }).where(standing);
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

interface NewSuppression extends Pick<
  Suppression,
  'address' | 'reason' | 'createdBy' | 'createdAt'
> {
  readonly note?: string | undefined;
  readonly isErased?: boolean;
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
        address === undefined ? undefined : isAbout(accountId, address),
        reason === undefined ? undefined : eq(suppressions.reason, reason),
        after === undefined ? undefined : gt(suppressions.id, after),
      ),
    )
    .orderBy(asc(suppressions.id))
    .limit(limit);
}

/** What stands against writing to these addresses, in the form in which they are compared; domains apart. */
export async function suppressionsOf(
  tx: Tx,
  accountId: string,
  addresses: readonly string[],
): Promise<readonly Suppression[]> {
  if (addresses.length === 0) return [];
  const about = or(...addresses.map((address) => isAbout(accountId, address)));
  return tx
    .select()
    .from(suppressions)
    .where(and(eq(suppressions.accountId, accountId), about))
    .orderBy(asc(suppressions.id));
}

function isAbout(accountId: string, address: string): SQL | undefined {
  const digest = digestOf(accountId, sql`${address}`);
  return or(eq(suppressions.address, address), eq(suppressions.address, digest));
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
