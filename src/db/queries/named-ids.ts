import { and, eq, inArray, isNull, or, type SQL } from 'drizzle-orm';
import type { Tx } from '../client.js';
import { companies, contacts, users } from '../schema/index.js';
import { isUuid, normalizedEmail } from './reference.js';

/** What can be named by an id of the caller's own; contacts and users by their email besides. */
export type NamedKind = 'contact' | 'user' | 'company';

interface Named {
  readonly id: string;
  readonly externalId: string | null;
  readonly email: string | null;
}

const perStatement = 1000;

/**
 * The ids that texts stand for: of the row with that id, else the one with that externalId, else the one with that email.
 * A text that names nothing has none.
 */
export async function findNamedIds(
  tx: Tx,
  accountId: string,
  kind: NamedKind,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows: Named[] = [];
  for (let from = 0; from < names.length; from += perStatement) {
    rows.push(
      ...(await rowsOf[kind](tx, accountId, keysOf(names.slice(from, from + perStatement)))),
    );
  }
  const known = new Set(rows.map(({ id }) => id));
  const byExternalId = new Map(rows.map(({ externalId, id }) => [externalId, id]));
  const byEmail = new Map(rows.map(({ email, id }) => [email, id]));
  return new Map(
    names.flatMap((name) => {
      const own = name.toLowerCase();
      const email = normalizedEmail(name);
      const id = known.has(own)
        ? own
        : (byExternalId.get(name) ?? (email === undefined ? undefined : byEmail.get(email)));
      return id === undefined ? [] : [[name, id] as const];
    }),
  );
}

/** The id of nothing (RFC 9562). */
const nobody = '00000000-0000-0000-0000-000000000000';

/** The id that a name stands for; of nothing where it names nothing. What is gone may still be asked for by its id. */
export function idMeant(ids: ReadonlyMap<string, string>, name: string): string {
  return ids.get(name) ?? (isUuid(name) ? name.toLowerCase() : nobody);
}

interface Keys {
  readonly ids: string[];
  readonly externalIds: string[];
  readonly emails: string[];
}

function keysOf(names: readonly string[]): Keys {
  return {
    ids: names.filter(isUuid),
    externalIds: [...names],
    emails: names.flatMap((name) => normalizedEmail(name) ?? []),
  };
}

type RowsOf = (tx: Tx, accountId: string, keys: Keys) => Promise<readonly Named[]>;

const rowsOf: Readonly<Record<NamedKind, RowsOf>> = {
  contact: (tx, accountId, keys) =>
    tx
      .select({
        id: contacts.id,
        externalId: contacts.externalId,
        email: contacts.emailNormalized,
      })
      .from(contacts)
      .where(
        and(eq(contacts.accountId, accountId), isNull(contacts.deletedAt), isNamed(contacts, keys)),
      ),
  user: (tx, accountId, keys) =>
    tx
      .select({ id: users.id, externalId: users.externalId, email: users.emailNormalized })
      .from(users)
      .where(and(eq(users.accountId, accountId), isNull(users.erasedAt), isNamed(users, keys))),
  company: async (tx, accountId, { ids, externalIds }) => {
    const isMeant = or(inArray(companies.id, ids), inArray(companies.externalId, externalIds));
    const rows = await tx
      .select({ id: companies.id, externalId: companies.externalId })
      .from(companies)
      .where(and(eq(companies.accountId, accountId), isMeant));
    return rows.map((row) => ({ ...row, email: null }));
  },
};

function isNamed(
  table: typeof contacts | typeof users,
  { ids, externalIds, emails }: Keys,
): SQL | undefined {
  return or(
    inArray(table.id, ids),
    inArray(table.externalId, externalIds),
    inArray(table.emailNormalized, emails),
  );
}
