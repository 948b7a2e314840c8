import { randomUUID } from 'node:crypto';
import { and, eq, isNull, sql } from 'drizzle-orm';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tx } from '../../../src/db/client.js';
import { readMigrations } from '../../../src/db/migrations.js';
import { newId } from '../../../src/db/new-id.js';
import { contactsLeft } from '../../../src/db/queries/accounts.js';
import { eraseContact, lockContact } from '../../../src/db/queries/contact-deletion.js';
import {
  insertContactsUnlessTaken,
  insertContactUnlessTaken,
  rewriteContacts,
  type Contact,
} from '../../../src/db/queries/contacts.js';
import { accounts, contactCounts, contacts } from '../../../src/db/schema/index.js';
import { startApi, type TestApi } from '../../support/api.js';

const at = '2026-01-05T10:00:00.000Z';

let api: TestApi;
let accountId: string;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.close());
beforeEach(async () => {
  ({ accountId } = await api.createCaller());
});

const contact = (email: string = randomUUID()): Contact => ({
  ...{ accountId, id: newId(at), externalId: null, email, emailNormalized: email },
  ...{ firstName: null, lastName: null, timeZone: null, companyId: null, ownerId: null },
  ...{ properties: {}, createdAt: at, updatedAt: at, deletedAt: null },
});
const many = (count: number): Contact[] => Array.from({ length: count }, () => contact());
const act = <T>(work: (tx: Tx) => Promise<T>): Promise<T> => api.db.transaction(work);
const erase = (id: string) =>
  act(async (tx) => {
    const found = await lockContact(tx, accountId, { id });
    if (found) await eraseContact(tx, found, { deletedAt: at, closedById: null });
  });

/** How many contacts the account has: as it is kept, and counted anew. */
async function counts(): Promise<{ readonly kept: number; readonly counted: number }> {
  const isLive = and(eq(contacts.accountId, accountId), isNull(contacts.deletedAt));
  const [account] = await api.db.select().from(accounts).where(eq(accounts.id, accountId));
  const left = await act((tx) => contactsLeft(tx, accountId));
  return {
    kept: (account?.maxContacts ?? 0) - (left ?? 0),
    counted: await api.db.$count(contacts, isLive),
  };
}

it('the migration counts what there is, and nothing twice', async () => {
  const rows = many(4);
  await act((tx) => insertContactsUnlessTaken(tx, rows));
  await erase(rows[0]?.id ?? '');
  const migration = (await readMigrations()).find(({ id }) => id.endsWith('_add_contact_cap'));
  await api.db.delete(contactCounts);
  await api.db.execute(sql.raw(migration?.statements.at(-1) ?? ''));
  expect(await counts()).toEqual({ kept: 3, counted: 3 });
});

describe('the count of an account’s contacts', () => {
  it('follows what is made, changed, taken, erased, deleted and rolled back', async () => {
    const rows = many(7);
    await act((tx) => insertContactsUnlessTaken(tx, rows));
    expect(await counts()).toEqual({ kept: 7, counted: 7 });
    await act((tx) => rewriteContacts(tx, accountId, [...rows.slice(0, 3), contact()]));
    const [taken] = rows;
    const again = await insertContactUnlessTaken(
      api.db,
      accountId,
      contact(taken?.email ?? undefined),
    );
    expect(again).toBeUndefined();
    expect(await counts()).toEqual({ kept: 8, counted: 8 });
    await erase(rows[0]?.id ?? '');
    await erase(rows[0]?.id ?? '');
    await api.db.delete(contacts).where(eq(contacts.id, rows[1]?.id ?? ''));
    await api.db.delete(contacts).where(eq(contacts.id, rows[0]?.id ?? ''));
    expect(await counts()).toEqual({ kept: 6, counted: 6 });
    const undone = act(async (tx) => {
      await insertContactsUnlessTaken(tx, many(5));
      throw new Error('undone');
    });
    await expect(undone).rejects.toThrow('undone');
    expect(await counts()).toEqual({ kept: 6, counted: 6 });
  });

  it('makes nobody wait for a transaction that has made contacts and is open still', async () => {
    await act(async (open) => {
      await insertContactsUnlessTaken(open, many(3));
      await act(async (tx) => {
        await tx.execute(sql`set local lock_timeout = '50ms'`);
        await insertContactsUnlessTaken(tx, many(2));
      });
      expect(await counts()).toEqual({ kept: 2, counted: 2 });
    });
    expect(await counts()).toEqual({ kept: 5, counted: 5 });
  });

  it('is right after many have made and erased some at once, and takes a few rows', async () => {
    await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const rows = many(1 + (index % 3));
        await act((tx) => insertContactsUnlessTaken(tx, rows));
        if (index % 2 === 0) await erase(rows[0]?.id ?? '');
      }),
    );
    const { kept, counted } = await counts();
    expect(kept).toBe(counted);
    // As many rows as there were transactions at a time.
    const rows = await api.db.$count(contactCounts, eq(contactCounts.accountId, accountId));
    expect(rows).toBeLessThan(20);
  });
});
