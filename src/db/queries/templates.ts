import { and, asc, count, eq, gt, inArray, isNull, or, sql, type SQL } from 'drizzle-orm';
import type { Db, Tx } from '../client.js';
import { folders, sequences, sequenceVersions, templates } from '../schema/index.js';
import { holdsText, isSameText } from './compare-texts.js';
import { inFolder } from './folders.js';
import { onlyRow } from './only-row.js';

export type Template = typeof templates.$inferSelect;
type TemplateChange = Partial<Pick<Template, 'name' | 'subject' | 'html' | 'folderId'>> &
  Pick<Template, 'version' | 'updatedAt'>;

export async function insertTemplate(
  tx: Tx,
  accountId: string,
  template: Omit<typeof templates.$inferInsert, 'accountId' | 'version'>,
): Promise<Template> {
  const rows = await tx
    .insert(templates)
    .values({ ...template, accountId, version: 1 })
    .returning();
  return onlyRow(rows);
}

export async function findTemplate(
  db: Db | Tx,
  accountId: string,
  id: string,
): Promise<Template | undefined> {
  const rows = await db.select().from(templates).where(isTemplate(accountId, id));
  return rows[0];
}

/** The given ids that are templates of the account. */
export async function findTemplates(
  tx: Tx,
  accountId: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Template>> {
  if (ids.length === 0) return new Map();
  const rows = await tx
    .select()
    .from(templates)
    .where(and(eq(templates.accountId, accountId), inArray(templates.id, [...ids])));
  return new Map(rows.map((row) => [row.id, row]));
}

/** The template, locked until the transaction ends, so that of two changes the second sees the first. */
export async function lockTemplate(
  tx: Tx,
  accountId: string,
  id: string,
): Promise<Template | undefined> {
  const rows = await tx.select().from(templates).where(isTemplate(accountId, id)).for('update');
  return rows[0];
}

/** Changes a template. It must be locked. */
export async function updateTemplate(
  tx: Tx,
  accountId: string,
  id: string,
  change: TemplateChange,
): Promise<Template> {
  const rows = await tx.update(templates).set(change).where(isTemplate(accountId, id)).returning();
  return onlyRow(rows);
}

/** Deletes a template. Sequences that took over its content keep it. */
export async function removeTemplate(tx: Tx, accountId: string, id: string): Promise<void> {
  await tx.delete(templates).where(isTemplate(accountId, id));
}

/** How many sequences have it in their current version, without deleted ones. */
export async function countUsers(db: Db | Tx, accountId: string, id: string): Promise<number> {
  const step = JSON.stringify({ steps: [{ email: { template: { id } } }] });
  const rows = await db
    .select({ total: count() })
    .from(sequences)
    .innerJoin(
      sequenceVersions,
      and(
        eq(sequenceVersions.accountId, sequences.accountId),
        eq(sequenceVersions.sequenceId, sequences.id),
        eq(sequenceVersions.version, sequences.currentVersion),
      ),
    )
    .where(
      and(
        eq(sequences.accountId, accountId),
        isNull(sequences.deletedAt),
        sql`${sequenceVersions.definition} @> ${step}::jsonb`,
      ),
    );
  return rows[0]?.total ?? 0;
}

export interface TemplatePage {
  /** A part of the name or the subject (3.20). */
  readonly search: string | undefined;
  /** Only templates of one folder; null for those without any. */
  readonly folderId: string | null | undefined;
  /** Only templates of the folder with this name. */
  readonly folderName: string | undefined;
  readonly limit: number;
  /** The id after which the page begins. */
  readonly after: string | undefined;
}

/** Templates in the order in which they were made. */
export async function listTemplates(
  db: Db | Tx,
  accountId: string,
  page: TemplatePage,
): Promise<readonly Template[]> {
  const { search, folderId, folderName, limit, after } = page;
  return db
    .select()
    .from(templates)
    .where(
      and(
        eq(templates.accountId, accountId),
        search === undefined ? undefined : says(search),
        inFolder(templates.folderId, folderId),
        folderName === undefined ? undefined : inFolderNamed(db, accountId, folderName),
        after === undefined ? undefined : gt(templates.id, after),
      ),
    )
    .orderBy(asc(templates.id))
    .limit(limit);
}

function says(search: string): SQL | undefined {
  return or(holdsText(templates.name, search), holdsText(templates.subject, search));
}

function inFolderNamed(db: Db | Tx, accountId: string, name: string): SQL {
  const named = db
    .select({ id: folders.id })
    .from(folders)
    .where(
      and(
        eq(folders.accountId, accountId),
        eq(folders.kind, 'template'),
        isSameText(folders.name, name),
      ),
    );
  return inArray(templates.folderId, named);
}

function isTemplate(accountId: string, id: string): SQL | undefined {
  return and(eq(templates.accountId, accountId), eq(templates.id, id));
}
