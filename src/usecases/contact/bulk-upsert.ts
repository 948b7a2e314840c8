import { findNamedIds, idMeant } from '../../db/queries/named-ids.js';
import { databaseFailure } from '../../db/sqlstate.js';
import { requireDeclared } from './check-properties.js';
import { requirePermission } from '../access.js';
import type { Noting } from '../log.js';
import { refusalOf, type RowResult } from '../row-refusal.js';
import type { Transact } from '../transact.js';
import { lockThoseMeant, LostRace, upsertBatch, type ContactRow } from './upsert-batch.js';
import { requireRelatives, writeContact } from './write-contact.js';

type Upsert = (context: Noting, rows: readonly ContactRow[]) => Promise<readonly RowResult[]>;

// All rows at once is fast, but gives way to other transactions; one by one is slow, but settles each row on its own.
const attempts: readonly Upsert[] = [
  upsertBatch,
  upsertBatch,
  upsertOneByOne,
  upsertOneByOne,
  upsertOneByOne,
];

/**
 * Makes or changes the contacts of some rows in one transaction, in their order: when two rows are about one contact,
 * the later one changes what the earlier one made. A row that is refused changes nothing and does not affect the
 * others.
 */
export async function upsertContacts(
  transact: Transact,
  rows: readonly ContactRow[],
): Promise<readonly RowResult[]> {
  return firstToSucceed(attempts, (upsert) =>
    transact(async (act) => {
      requirePermission(act, 'sequences');
      return upsert(act, await withRelatives(act, rows));
    }),
  );
}

/** The rows with the ids of the companies and owners that they name. */
async function withRelatives(
  { tx, accountId }: Noting,
  rows: readonly ContactRow[],
): Promise<readonly ContactRow[]> {
  const namesOf = (field: 'companyId' | 'ownerId') => [
    ...new Set(rows.flatMap(({ input }) => input[field] ?? [])),
  ];
  const companies = await findNamedIds(tx, accountId, 'company', namesOf('companyId'));
  const owners = await findNamedIds(tx, accountId, 'user', namesOf('ownerId'));
  return rows.map(({ index, input }) => {
    const { companyId, ownerId } = input;
    return {
      index,
      input: {
        ...input,
        ...(typeof companyId === 'string' && { companyId: idMeant(companies, companyId) }),
        ...(typeof ownerId === 'string' && { ownerId: idMeant(owners, ownerId) }),
      },
    };
  });
}

/** Tries one way after the other, as long as other transactions are what is in the way. */
async function firstToSucceed<W, T>(ways: readonly W[], run: (way: W) => Promise<T>): Promise<T> {
  let lost: unknown;
  for (const way of ways) {
    try {
      return await run(way);
    } catch (error) {
      const kind = databaseFailure(error)?.kind;
      if (!(error instanceof LostRace) && kind !== 'try_again' && kind !== 'conflict') throw error;
      lost = error;
    }
  }
  throw lost;
}

async function upsertOneByOne(
  context: Noting,
  rows: readonly ContactRow[],
): Promise<readonly RowResult[]> {
  // Two calls with the same rows in another order would each wait for the other otherwise.
  await lockThoseMeant(context, rows);
  const results: RowResult[] = [];
  for (const row of rows) results.push(await upsertOne(context, row));
  return results;
}

/** In a savepoint of its own, so that a refused row leaves nothing behind. */
async function upsertOne(
  { tx, ...context }: Noting,
  { index, input }: ContactRow,
): Promise<RowResult> {
  try {
    return await tx.transaction(async (savepoint) => {
      const own = { ...context, tx: savepoint };
      await requireRelatives(own, input);
      await requireDeclared(own, 'contact', input.properties);
      const { contact, made } = await writeContact(own, input);
      return { index, status: made ? 'created' : 'updated', id: contact.id };
    });
  } catch (error) {
    const why = refusalOf(error);
    if (why === undefined) throw error;
    return { index, status: 'refused', ...why };
  }
}
