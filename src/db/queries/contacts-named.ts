import { and, eq, inArray, isNull, or } from 'drizzle-orm';
import type { Tx } from '../client.js';
import { contacts } from '../schema/index.js';
import { normalizedEmail, type Reference } from './reference.js';

/** The ids of the contacts that these references mean, in their order; undefined where the account has no such contact. */
export async function contactsNamed(
  tx: Tx,
  accountId: string,
  references: readonly Exclude<Reference, { readonly named: string }>[],
): Promise<readonly (string | undefined)[]> {
  const ids = references.flatMap((each) => ('id' in each ? [each.id.toLowerCase()] : []));
  const externalIds = references.flatMap((each) => ('externalId' in each ? [each.externalId] : []));
  const emails = references.flatMap((each) =>
    'email' in each ? (normalizedEmail(each.email) ?? []) : [],
  );
  const { id, externalId, emailNormalized } = contacts;
  const rows = await tx
    .select({ id, externalId, emailNormalized })
    .from(contacts)
    .where(
      and(
        eq(contacts.accountId, accountId),
        isNull(contacts.deletedAt),
        or(inArray(id, ids), inArray(externalId, externalIds), inArray(emailNormalized, emails)),
      ),
    );
  const byId = new Set(rows.map((row) => row.id));
  const byExternalId = new Map(rows.map((row) => [row.externalId, row.id]));
  const byEmail = new Map(rows.map((row) => [row.emailNormalized, row.id]));
  return references.map((each) => {
    if ('id' in each) return byId.has(each.id.toLowerCase()) ? each.id.toLowerCase() : undefined;
    if ('externalId' in each) return byExternalId.get(each.externalId);
    return byEmail.get(normalizedEmail(each.email) ?? '');
  });
}
