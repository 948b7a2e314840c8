import { and, asc, eq, sql, type SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import type { Db, Tx } from '../client.js';
import { contacts, formerAddresses } from '../schema/index.js';

/** As much of a contact as its addresses need. */
export interface Addressed {
  readonly accountId: string;
  readonly id: string;
  /** The present one. */
  readonly emailNormalized: string | null;
}

export const digestForm = 'sha256:';

/**
 * What stands for an address whose contact was erased: whoever has the address can recognise it, and nobody can read it. No
 * address or domain has its form.
 */
export function digestOf(accountId: PgColumn | string, address: PgColumn | SQL): SQL<string> {
  return sql`${digestForm}::text || encode(sha256(convert_to(${accountId}::text || ' ' || ${address}, 'UTF8')), 'hex')`;
}

/** Notes the addresses of locked contacts that are about to get others, or none. */
export async function keepFormerAddresses(
  db: Db | Tx,
  accountId: string,
  changed: readonly Omit<Addressed, 'accountId'>[],
): Promise<void> {
  const next = changed.map(({ id, emailNormalized }) => ({ id, email: emailNormalized }));
  await db.execute(sql`
    insert into ${formerAddresses} (account_id, contact_id, digest)
    select ${contacts.accountId}, ${contacts.id}, ${digestOf(contacts.accountId, contacts.emailNormalized)}
    from ${contacts} join jsonb_to_recordset(${JSON.stringify(next)}::jsonb) as next (id uuid, email text)
      on next.id = ${contacts.id}
    where ${contacts.accountId} = ${accountId} and ${contacts.emailNormalized} <> coalesce(next.email, '')
    on conflict do nothing`);
}

/** The digests of the addresses that a contact had before. */
export async function formerAddressesOf(
  tx: Tx,
  { accountId, id }: Omit<Addressed, 'emailNormalized'>,
): Promise<readonly string[]> {
  const rows = await tx
    .select({ digest: formerAddresses.digest })
    .from(formerAddresses)
    .where(and(eq(formerAddresses.accountId, accountId), eq(formerAddresses.contactId, id)))
    .orderBy(asc(formerAddresses.digest));
  return rows.map(({ digest }) => digest);
}

/** Forgets which addresses an erased contact had. */
export async function forgetFormerAddresses(
  tx: Tx,
  { accountId, id }: Omit<Addressed, 'emailNormalized'>,
): Promise<void> {
  await tx
    .delete(formerAddresses)
    .where(and(eq(formerAddresses.accountId, accountId), eq(formerAddresses.contactId, id)));
}
