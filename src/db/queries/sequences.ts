import { and, asc, count, desc, eq, isNotNull, isNull, sql, type SQL } from 'drizzle-orm';
import { privateSharing, type Sharing, type Viewer } from '../../domain/access/sharing.js';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import {
  sequences,
  sequenceTeamShares,
  sequenceUserShares,
  sequenceVersions,
} from '../schema/index.js';
import { holdsText } from './compare-texts.js';
import { inFolder } from './folders.js';
import { sequenceVisibleTo } from './visibility.js';

/** A sequence with one of its versions. */
export interface Sequence {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly sharing: Sharing;
  /** Counts the changes of its sharing. */
  readonly sharingVersion: number;
  readonly folderId: string | null;
  readonly version: number;
  readonly definition: SequenceDefinition;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
  /** When it was deleted, or null. */
  readonly deletedAt: Instant | null;
  /** Since when it is archived, or null. */
  readonly archivedAt: Instant | null;
}

export interface NewSequence {
  readonly id: string;
  readonly name: string;
  readonly ownerId: string;
  readonly folderId: string | null;
  readonly definition: SequenceDefinition;
  readonly createdAt: Instant;
}

const shares = (rows: SQL) =>
  sql`(select coalesce(jsonb_agg(share order by share ->> 'id'), '[]') from (${rows}) as shared (share))`;

/** The sharing of a row of `sequences`, in the form of the domain. */
const sharing = sql<Sharing>`jsonb_build_object(
  'everyone', ${sequences.sharedWithEveryone},
  'users', ${shares(sql`select jsonb_build_object('id', ${sequenceUserShares.userId}, 'level', ${sequenceUserShares.level})
    from ${sequenceUserShares}
    where ${sequenceUserShares.accountId} = ${sequences.accountId} and ${sequenceUserShares.sequenceId} = ${sequences.id}`)},
  'teams', ${shares(sql`select jsonb_build_object('id', ${sequenceTeamShares.teamId}, 'level', ${sequenceTeamShares.level})
    from ${sequenceTeamShares}
    where ${sequenceTeamShares.accountId} = ${sequences.accountId} and ${sequenceTeamShares.sequenceId} = ${sequences.id}`)})`;

const columns = {
  id: sequences.id,
  name: sequences.name,
  ownerId: sequences.ownerId,
  sharing,
  sharingVersion: sequences.sharingVersion,
  folderId: sequences.folderId,
  version: sequenceVersions.version,
  definition: sequenceVersions.definition,
  createdAt: sequences.createdAt,
  updatedAt: sequences.updatedAt,
  archivedAt: sequences.archivedAt,
  deletedAt: sequences.deletedAt,
};

const currentVersion = and(
  eq(sequenceVersions.accountId, sequences.accountId),
  eq(sequenceVersions.sequenceId, sequences.id),
  eq(sequenceVersions.version, sequences.currentVersion),
);

/** Makes a sequence with its first version, private to its owner (SHR-01). */
export async function insertSequence(
  tx: Tx,
  accountId: string,
  { id, name, ownerId, folderId, definition, createdAt }: NewSequence,
): Promise<Sequence> {
  const version = 1;
  await tx.insert(sequences).values({
    accountId,
    id,
    name,
    ownerId,
    folderId,
    currentVersion: version,
    sharedWithEveryone: null,
    createdAt,
    updatedAt: createdAt,
  });
  await tx
    .insert(sequenceVersions)
    .values({ accountId, sequenceId: id, version, definition, createdBy: ownerId, createdAt });
  return {
    ...{ id, name, ownerId, folderId, version, definition, createdAt },
    sharing: privateSharing,
    sharingVersion: 1,
    updatedAt: createdAt,
    archivedAt: null,
    deletedAt: null,
  };
}

/** The sequence with the version that new enrollments get. */
export async function findSequence(
  db: Db | Tx,
  accountId: string,
  id: string,
): Promise<Sequence | undefined> {
  const rows = await db
    .select(columns)
    .from(sequences)
    .innerJoin(sequenceVersions, currentVersion)
    .where(and(eq(sequences.accountId, accountId), eq(sequences.id, id)));
  return rows[0];
}

/**
 * The sequence with its current version, its row locked until the transaction ends. `edit` makes the second of two
 * edits see the first; `enroll` keeps the sequence from being deleted meanwhile, while others enroll too. Lock order:
 * account, sequence, enrollments.
 */
export async function lockSequence(
  tx: Tx,
  accountId: string,
  id: string,
  purpose: 'edit' | 'enroll',
): Promise<Sequence | undefined> {
  if (purpose === 'enroll') {
    // Nothing is found here when the sequence is edited during the wait; it is then read as an editor reads it.
    const [found] = await tx
      .select(columns)
      .from(sequences)
      .innerJoin(sequenceVersions, currentVersion)
      .where(and(eq(sequences.accountId, accountId), eq(sequences.id, id)))
      .for('share', { of: sequences });
    if (found) return found;
  }
  const [locked] = await tx
    .select({ id: sequences.id })
    .from(sequences)
    .where(and(eq(sequences.accountId, accountId), eq(sequences.id, id)))
    .for(purpose === 'edit' ? 'no key update' : 'share');
  // Read by a separate statement: one that waited for the lock may pair the new row with the old version.
  return locked && findSequence(tx, accountId, id);
}

/** Marks the sequence as deleted. */
export async function markDeleted(
  tx: Tx,
  accountId: string,
  id: string,
  deletedAt: Instant,
): Promise<void> {
  await tx
    .update(sequences)
    .set({ deletedAt, updatedAt: deletedAt })
    .where(and(eq(sequences.accountId, accountId), eq(sequences.id, id)));
}

/** Archives the sequence, or, with null, takes it out of the archive. */
export async function setArchived(
  tx: Tx,
  accountId: string,
  id: string,
  { archivedAt, updatedAt }: { readonly archivedAt: Instant | null; readonly updatedAt: Instant },
): Promise<void> {
  await tx
    .update(sequences)
    .set({ archivedAt, updatedAt })
    .where(and(eq(sequences.accountId, accountId), eq(sequences.id, id)));
}

/** Puts the sequence into a folder, or, with null, out of its folder; this makes no new version. */
export async function moveSequence(
  tx: Tx,
  accountId: string,
  id: string,
  { folderId, updatedAt }: { readonly folderId: string | null; readonly updatedAt: Instant },
): Promise<void> {
  await tx
    .update(sequences)
    .set({ folderId, updatedAt })
    .where(and(eq(sequences.accountId, accountId), eq(sequences.id, id)));
}

/** How many sequences the account has, whoever owns them, without deleted ones (SEQ-22). */
export async function countSequences(db: Db | Tx, accountId: string): Promise<number> {
  const rows = await db
    .select({ total: count() })
    .from(sequences)
    .where(and(eq(sequences.accountId, accountId), isNull(sequences.deletedAt)));
  return rows[0]?.total ?? 0;
}

export interface SequencePage {
  /** Who looks: only what they may know of is listed. */
  readonly viewer: Viewer;
  /** Stands in the name. */
  readonly text?: string | undefined;
  /** Only sequences of this marketing campaign. */
  readonly campaignId?: string | undefined;
  /** Only sequences of one folder; null for those without any. */
  readonly folderId?: string | null | undefined;
  /** Only archived sequences, or, if left out, only those that are not archived. */
  readonly archived?: boolean;
  readonly newestFirst: boolean;
  readonly limit: number;
  /** The change and the id after which the page begins. */
  readonly after: { readonly at: Instant; readonly id: string } | undefined;
}

/** Sequences by their latest change, without deleted ones. */
export async function listSequences(
  db: Db | Tx,
  accountId: string,
  { viewer, text, folderId, campaignId, archived = false, newestFirst, limit, after }: SequencePage,
): Promise<readonly Sequence[]> {
  const key = sql`(${sequences.updatedAt}, ${sequences.id})`;
  const order = newestFirst ? desc : asc;
  const beyond =
    after &&
    (newestFirst
      ? sql`${key} < (${after.at}::timestamptz, ${after.id}::uuid)`
      : sql`${key} > (${after.at}::timestamptz, ${after.id}::uuid)`);
  return db
    .select(columns)
    .from(sequences)
    .innerJoin(sequenceVersions, currentVersion)
    .where(
      and(
        eq(sequences.accountId, accountId),
        isNull(sequences.deletedAt),
        archived ? isNotNull(sequences.archivedAt) : isNull(sequences.archivedAt),
        sequenceVisibleTo(viewer),
        campaignId === undefined
          ? undefined
          : sql`${sequenceVersions.definition} #>> '{settings,campaignId}' = ${campaignId}`,
        inFolder(sequences.folderId, folderId),
        text === undefined ? undefined : holdsText(sequences.name, text),
        beyond,
      ),
    )
    .orderBy(order(sequences.updatedAt), order(sequences.id))
    .limit(limit);
}
