import { and, asc, eq, gt, inArray, or, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { weightiest, type SuppressionReason } from '../../domain/enrollment/suppression.js';
import { normalizeAddress } from '../../domain/message/address.js';
import type { Db, Tx } from '../client.js';
import { newId } from '../new-id.js';
import { contacts, suppressions } from '../schema/index.js';
import {
  digestForm,
  digestOf,
  forgetFormerAddresses,
  formerAddressesOf,
  type Addressed,
} from './former-addresses.js';
import { onlyRow } from './only-row.js';

export type Suppression = typeof suppressions.$inferSelect;

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
 * address of somebody who `isErased` only a digest is kept, and of one that is kept as a digest already and that no contact has.
 */
export async function suppress(
  tx: Tx,
  accountId: string,
  { isErased = false, ...wanted }: NewSuppression,
): Promise<{ readonly suppression: Suppression; readonly made: boolean }> {
  const { address, reason, createdAt } = wanted;
  await holdAddresses(tx, { accountId, address });
  // Locked, so that one that is just being removed counts no more.
  const standing = await tx
    .select()
    .from(suppressions)
    .where(and(eq(suppressions.accountId, accountId), isAbout(accountId, address)))
    .orderBy(asc(suppressions.id))
    .for('update');
  const same = standing.find((each) => each.reason === reason);
  if (same !== undefined) return { suppression: same, made: false };
  const isKnown = async () => (await contactIdsAt(tx, accountId, address)).length > 0;
  const isHidden = isErased || (standing.some(isDigest) && !(await isKnown()));
  const digest = digestOf(accountId, sql`${address}`);
  const rows = await tx
    .insert(suppressions)
    .values({
      ...{ ...wanted, accountId, id: newId(createdAt) },
      ...(isHidden ? { address: digest, note: null } : { note: wanted.note ?? null }),
    })
    .returning();
  return { suppression: onlyRow(rows), made: true };
}

interface HeldAddresses {
  readonly accountId: string;
  readonly address: string | null;
  readonly digests?: readonly string[];
}

/** Waits until nobody else notes what stands against these addresses, or erases it, and holds that until the transaction ends. */
async function holdAddresses(
  tx: Tx,
  { accountId, address, digests = [] }: HeldAddresses,
): Promise<void> {
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(held.digest, 0)) from (
    select ${digestOf(accountId, sql`${address}::text`)} as digest
    union select jsonb_array_elements_text(${JSON.stringify(digests)}::jsonb)
    order by digest offset 0) held where held.digest is not null`);
}

/**
 * Keeps of the addresses that a locked contact has and had, which is being erased, only digests, and no notes; unless another
 * contact has the address by now.
 */
export async function eraseAddresses(tx: Tx, contact: Addressed): Promise<void> {
  const { accountId, emailNormalized: address } = contact;
  const digests = await formerAddressesOf(tx, contact);
  await holdAddresses(tx, { accountId, address, digests });
  const own = isInClear(contact, digests);
  // Of an address that was erased before, and suppressed anew since, the older row stays.
  const digest = digestOf(accountId, suppressions.address);
  await tx.execute(sql`delete from ${suppressions} where ${own} and exists (
    select from ${suppressions} erased where erased.account_id = ${suppressions.accountId}
      and erased.address = ${digest} and erased.reason = ${suppressions.reason})`);
  await tx.update(suppressions).set({ address: digest, note: null }).where(own);
  await forgetFormerAddresses(tx, contact);
}

/** What stands in clear against the addresses that a contact has, and those that it had and no other has now. */
function isInClear({ accountId, id, emailNormalized }: Addressed, former: readonly string[]): SQL {
  const has = emailNormalized === null ? sql`false` : eq(suppressions.address, emailNormalized);
  // Only where there are any: for these each suppression of the account is looked at.
  const had =
    former.length > 0 ? inArray(digestOf(accountId, suppressions.address), [...former]) : undefined;
  return sql`${suppressions.accountId} = ${accountId} and ${or(has, had)} and not exists (
    select from ${contacts} another where another.account_id = ${accountId}
      and another.email_normalized = ${suppressions.address} and another.id <> ${id})`;
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

/** What stands against writing to the addresses that a contact has and had; domains apart. */
export async function suppressionsOf(tx: Tx, contact: Addressed): Promise<readonly Suppression[]> {
  const { accountId, emailNormalized } = contact;
  const former = await formerAddressesOf(tx, contact);
  const present = digestOf(accountId, sql`${emailNormalized}::text`);
  const isHidden = and(
    eq(suppressions.accountId, accountId),
    or(eq(suppressions.address, present), inArray(suppressions.address, [...former])),
  );
  return tx
    .select()
    .from(suppressions)
    .where(or(isInClear(contact, former), isHidden))
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
