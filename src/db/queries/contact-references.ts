import { and, eq, inArray, isNull, or } from 'drizzle-orm';
import type { Tx } from '../client.js';
import { contacts } from '../schema/index.js';
import { normalizedEmail, type Reference } from './reference.js';

/** How a body names a contact: by one of the three, not by a text that may be any of them. */
export type NamedReference = Exclude<Reference, { readonly named: string }>;

const perStatement = 1000;

/** The ids of the contacts that these references mean, in their order; undefined where the account has no such contact. */
export async function findContactIds(
  tx: Tx,
  accountId: string,
  references: readonly NamedReference[],
): Promise<readonly (string | undefined)[]> {
  const found: (string | undefined)[] = [];
  for (let from = 0; from < references.length; from += perStatement) {
    found.push(...(await findSome(tx, accountId, references.slice(from, from + perStatement))));
  }
  return found;
}

async function findSome(
  tx: Tx,
  accountId: string,
  references: readonly NamedReference[],
): Promise<readonly (string | undefined)[]> {
  const named = references.map(keysOf);
  const ids = named.flatMap(({ id }) => id ?? []);
  const externalIds = named.flatMap(({ externalId }) => externalId ?? []);
  const emails = named.flatMap(({ email }) => email ?? []);
  const rows = await tx
    .select({
      id: contacts.id,
      externalId: contacts.externalId,
      email: contacts.emailNormalized,
    })
    .from(contacts)
    .where(
      and(
        eq(contacts.accountId, accountId),
        isNull(contacts.deletedAt),
        or(
          inArray(contacts.id, ids),
          inArray(contacts.externalId, externalIds),
          inArray(contacts.emailNormalized, emails),
        ),
      ),
    );
  const byId = new Map(rows.map(({ id }) => [id, id]));
  const byExternalId = new Map(rows.map(({ externalId, id }) => [externalId, id]));
  const byEmail = new Map(rows.map(({ email, id }) => [email, id]));
  return named.map(({ id, externalId, email }) => {
    if (id !== undefined) return byId.get(id);
    return externalId === undefined ? email && byEmail.get(email) : byExternalId.get(externalId);
  });
}

function keysOf(reference: NamedReference): {
  readonly id?: string;
  readonly externalId?: string;
  readonly email?: string | undefined;
} {
  if ('id' in reference) return { id: reference.id.toLowerCase() };
  if ('externalId' in reference) return { externalId: reference.externalId };
  return { email: normalizedEmail(reference.email) };
}
