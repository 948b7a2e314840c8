import { and, desc, eq, lt, sql } from 'drizzle-orm';
import type { SequenceDefinition } from '../../domain/sequence/definition.js';
import type { UsedStep } from '../../domain/sequence/replacement.js';
import type { StepKind } from '../../domain/sequence/step.js';
import type { Instant } from '../../domain/time/types.js';
import type { Db, Tx } from '../client.js';
import { sequences, sequenceVersions } from '../schema/index.js';
import type { Sequence } from './sequences.js';

export type SequenceVersion = Omit<typeof sequenceVersions.$inferSelect, 'accountId'>;

export interface NewVersion {
  readonly name: string;
  readonly definition: SequenceDefinition;
  readonly createdBy: string;
  readonly createdAt: Instant;
}

/** Adds a version and makes it the one that new enrollments get. The sequence must be locked. */
export async function addVersion(
  tx: Tx,
  accountId: string,
  current: Sequence,
  { name, definition, createdBy, createdAt }: NewVersion,
): Promise<Sequence> {
  const version = current.version + 1;
  await tx.insert(sequenceVersions).values({
    accountId,
    sequenceId: current.id,
    version,
    definition,
    createdBy,
    createdAt,
  });
  await tx
    .update(sequences)
    .set({ name, currentVersion: version, updatedAt: createdAt })
    .where(and(eq(sequences.accountId, accountId), eq(sequences.id, current.id)));
  return { ...current, name, version, definition, updatedAt: createdAt };
}

const columns = {
  sequenceId: sequenceVersions.sequenceId,
  version: sequenceVersions.version,
  definition: sequenceVersions.definition,
  createdBy: sequenceVersions.createdBy,
  createdAt: sequenceVersions.createdAt,
};

const ofSequence = (accountId: string, sequenceId: string) =>
  and(eq(sequenceVersions.accountId, accountId), eq(sequenceVersions.sequenceId, sequenceId));

/** One version of a sequence. */
export async function findVersion(
  db: Db | Tx,
  accountId: string,
  sequenceId: string,
  version: number,
): Promise<SequenceVersion | undefined> {
  const rows = await db
    .select(columns)
    .from(sequenceVersions)
    .where(and(ofSequence(accountId, sequenceId), eq(sequenceVersions.version, version)));
  return rows[0];
}

/** A version without its steps. */
export type VersionOutline = Omit<SequenceVersion, 'definition'> & { readonly stepCount: number };

const outline = {
  sequenceId: sequenceVersions.sequenceId,
  version: sequenceVersions.version,
  createdBy: sequenceVersions.createdBy,
  createdAt: sequenceVersions.createdAt,
  stepCount: sql<number>`jsonb_array_length(${sequenceVersions.definition} -> 'steps')`,
};

/** The versions of a sequence, the newest first. */
export async function listVersions(
  db: Db | Tx,
  accountId: string,
  sequenceId: string,
  page: { readonly limit: number; readonly before: number | undefined },
): Promise<readonly VersionOutline[]> {
  const { limit, before } = page;
  return db
    .select(outline)
    .from(sequenceVersions)
    .where(
      and(
        ofSequence(accountId, sequenceId),
        before === undefined ? undefined : lt(sequenceVersions.version, before),
      ),
    )
    .orderBy(desc(sequenceVersions.version))
    .limit(limit);
}

/** Every step that any version of the sequence has had: its kinds, by its id. */
export async function usedSteps(
  tx: Tx,
  accountId: string,
  sequenceId: string,
): Promise<readonly UsedStep[]> {
  const { rows } = await tx.execute<{ id: string; kind: StepKind }>(sql`
    select distinct step ->> 'id' as id, step ->> 'kind' as kind
    from ${sequenceVersions}, jsonb_array_elements(${sequenceVersions.definition} -> 'steps') as step
    where ${ofSequence(accountId, sequenceId)}`);
  return rows;
}
