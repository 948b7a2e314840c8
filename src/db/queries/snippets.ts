import { and, asc, eq, gt, inArray, type SQL } from 'drizzle-orm';
import type { Db, Tx } from '../client.js';
import { snippets } from '../schema/index.js';
import { holdsText } from './compare-texts.js';
import { onlyRow } from './only-row.js';

export type Snippet = typeof snippets.$inferSelect;

/** Makes a snippet. Throws a unique violation when another one has the name. */
export async function insertSnippet(
  tx: Tx,
  accountId: string,
  snippet: Omit<typeof snippets.$inferInsert, 'accountId' | 'version'>,
): Promise<Snippet> {
  const rows = await tx
    .insert(snippets)
    .values({ ...snippet, accountId, version: 1 })
    .returning();
  return onlyRow(rows);
}

export async function findSnippet(
  db: Db | Tx,
  accountId: string,
  id: string,
): Promise<Snippet | undefined> {
  const rows = await db.select().from(snippets).where(isSnippet(accountId, id));
  return rows[0];
}

/** What the snippets with these names say; names without a snippet are left out. */
export async function snippetsNamed(
  tx: Tx,
  accountId: string,
  names: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (names.length === 0) return new Map();
  const rows = await tx
    .select({ name: snippets.name, html: snippets.html })
    .from(snippets)
    .where(and(eq(snippets.accountId, accountId), inArray(snippets.name, [...names])));
  return new Map(rows.map(({ name, html }) => [name, html]));
}

/** The snippet, locked until the transaction ends, so that of two changes the second sees the first. */
export async function lockSnippet(
  tx: Tx,
  accountId: string,
  id: string,
): Promise<Snippet | undefined> {
  const rows = await tx.select().from(snippets).where(isSnippet(accountId, id)).for('update');
  return rows[0];
}

/** Changes a snippet. It must be locked. Throws a unique violation when another one has the name. */
export async function updateSnippet(
  tx: Tx,
  accountId: string,
  id: string,
  change: Pick<Snippet, 'name' | 'html' | 'version' | 'updatedAt'>,
): Promise<Snippet> {
  const rows = await tx.update(snippets).set(change).where(isSnippet(accountId, id)).returning();
  return onlyRow(rows);
}

/** Deletes a snippet. Texts that took it over keep it. */
export async function removeSnippet(tx: Tx, accountId: string, id: string): Promise<void> {
  await tx.delete(snippets).where(isSnippet(accountId, id));
}

export interface SnippetPage {
  /** A part of the name. */
  readonly search: string | undefined;
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after: string | undefined;
}

/** Snippets in the order in which they were made. */
export async function listSnippets(
  db: Db | Tx,
  accountId: string,
  { search, limit, after }: SnippetPage,
): Promise<readonly Snippet[]> {
  return db
    .select()
    .from(snippets)
    .where(
      and(
        eq(snippets.accountId, accountId),
        search === undefined ? undefined : holdsText(snippets.name, search),
        after === undefined ? undefined : gt(snippets.id, after),
      ),
    )
    .orderBy(asc(snippets.id))
    .limit(limit);
}

function isSnippet(accountId: string, id: string): SQL | undefined {
  return and(eq(snippets.accountId, accountId), eq(snippets.id, id));
}
