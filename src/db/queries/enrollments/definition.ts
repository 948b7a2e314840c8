import { and, asc, desc, eq, inArray, lt, sql } from 'drizzle-orm';
import { stepRunTypes } from '../../../domain/enrollment/log.js';
import { overlay } from '../../../domain/enrollment/overlay.js';
import type { StepHistory } from '../../../domain/enrollment/step-progress.js';
import {
  findStep,
  withStep,
  type SequenceDefinition,
} from '../../../domain/sequence/definition.js';
import type { Db, Tx } from '../../client.js';
import { enrollments, logEntries, sequenceVersions } from '../../schema/index.js';

/** The version that a row of `enrollments` runs, as a join of `sequence_versions`. */
export const isVersionRun = and(
  eq(sequenceVersions.accountId, enrollments.accountId),
  eq(sequenceVersions.sequenceId, enrollments.sequenceId),
  eq(sequenceVersions.version, enrollments.sequenceVersion),
);

type VersionRun = Pick<typeof enrollments.$inferSelect, 'sequenceId' | 'sequenceVersion'>;

/** The versions that these enrollments run: each is read once, however many run it. Fails for any other row. */
export async function readVersionsRun(
  tx: Tx,
  accountId: string,
  rows: readonly VersionRun[],
): Promise<(row: VersionRun) => SequenceDefinition> {
  const keyOf = (sequenceId: string, version: number): string => `${sequenceId} ${version}`;
  const wanted = new Map(
    rows.map((row) => [keyOf(row.sequenceId, row.sequenceVersion), row] as const),
  );
  const pairs = [...wanted.values()].map(
    ({ sequenceId, sequenceVersion }) => sql`(${sequenceId}::uuid, ${sequenceVersion}::integer)`,
  );
  const found =
    pairs.length === 0
      ? []
      : await tx
          .select({
            sequenceId: sequenceVersions.sequenceId,
            version: sequenceVersions.version,
            definition: sequenceVersions.definition,
          })
          .from(sequenceVersions)
          .where(
            and(
              eq(sequenceVersions.accountId, accountId),
              sql`(${sequenceVersions.sequenceId}, ${sequenceVersions.version}) in (${sql.join(pairs, sql`, `)})`,
            ),
          );
  const read = new Map(
    found.map(({ sequenceId, version, definition }) => [keyOf(sequenceId, version), definition]),
  );
  return ({ sequenceId, sequenceVersion }) => {
    const definition = read.get(keyOf(sequenceId, sequenceVersion));
    if (definition === undefined) throw new Error(`no version ${sequenceVersion}`);
    return definition;
  };
}

/** What has become of the steps that one enrollment has run or skipped. */
export async function stepHistory(
  tx: Tx,
  accountId: string,
  enrollmentId: string,
): Promise<StepHistory> {
  const rows = await tx
    .select({ type: logEntries.type, stepId: logEntries.stepId })
    .from(logEntries)
    .where(
      and(
        eq(logEntries.accountId, accountId),
        eq(logEntries.subjectId, enrollmentId),
        inArray(logEntries.type, [...stepRunTypes]),
      ),
    )
    .orderBy(asc(logEntries.number));
  return new Map(
    rows.map(({ type, stepId }) => [stepId ?? '', type === 'step_skipped' ? 'skipped' : 'done']),
  );
}

/**
 * What an enrollment runs: its version, with its own overrides laid over everything. Its present step may have been
 * deleted by an edit while the step's email was being sent; that step is then included too. One more query reads it
 * from the latest version that has it.
 */
export async function definitionFor(
  db: Db | Tx,
  row: Pick<
    typeof enrollments.$inferSelect,
    'accountId' | 'sequenceId' | 'sequenceVersion' | 'stepId' | 'overrides'
  >,
  version: SequenceDefinition,
): Promise<SequenceDefinition> {
  return overlay(await versionFor(db, row, version), row.overrides);
}

async function versionFor(
  db: Db | Tx,
  row: Pick<
    typeof enrollments.$inferSelect,
    'accountId' | 'sequenceId' | 'sequenceVersion' | 'stepId'
  >,
  version: SequenceDefinition,
): Promise<SequenceDefinition> {
  const { accountId, sequenceId, sequenceVersion, stepId } = row;
  if (stepId === null || findStep(version, stepId)) return version;
  const [earlier] = await db
    .select({ definition: sequenceVersions.definition })
    .from(sequenceVersions)
    .where(
      and(
        eq(sequenceVersions.accountId, accountId),
        eq(sequenceVersions.sequenceId, sequenceId),
        lt(sequenceVersions.version, sequenceVersion),
        sql`${sequenceVersions.definition} -> 'steps' @> ${JSON.stringify([{ id: stepId }])}::jsonb`,
      ),
    )
    .orderBy(desc(sequenceVersions.version))
    .limit(1);
  return earlier === undefined ? version : withStep(version, earlier.definition, stepId);
}
