import { and, asc, count, eq, gte, inArray, lt, sql } from 'drizzle-orm';
import type { LocalInstant, StandingCount } from '../../domain/enrollment/sending-status.js';
import { liveStates } from '../../domain/enrollment/state.js';
import type { Instant, Why } from '../../domain/time/types.js';
import type { Tx } from '../client.js';
import { enrollments, sequenceVersions } from '../schema/index.js';
import { isVersionRun } from './enrollments/definition.js';

const isLiveIn = (accountId: string, sequenceId: string) =>
  and(
    eq(enrollments.accountId, accountId),
    eq(enrollments.sequenceId, sequenceId),
    inArray(enrollments.state, [...liveStates]),
  );

/** How many live enrollments of a sequence are in the same situation. */
export async function countStandings(
  tx: Tx,
  accountId: string,
  sequenceId: string,
): Promise<readonly StandingCount[]> {
  const rules = sql<Why['rule'][]>`jsonb_path_query_array(${enrollments.why}, '$[*].rule')`;
  const total = count();
  return tx
    .select({ state: enrollments.state, reason: enrollments.reason, rules, count: total })
    .from(enrollments)
    .where(isLiveIn(accountId, sequenceId))
    .groupBy(enrollments.state, enrollments.reason, sql`3`);
}

/**
 * The email of a sequence that is due first from `at` on, since when one is late, and how many were due before
 * `overdueBefore`.
 */
export async function nextEmails(
  tx: Tx,
  accountId: string,
  sequenceId: string,
  { at, overdueBefore }: { readonly at: Instant; readonly overdueBefore: Instant },
): Promise<{
  readonly next: (LocalInstant & { readonly enrollmentId: string }) | undefined;
  readonly late: LocalInstant | undefined;
  readonly overdue: number;
}> {
  const isEmail = sql`exists (select from jsonb_array_elements(${sequenceVersions.definition} -> 'steps') step
    where step ->> 'id' = ${enrollments.stepId} and step ->> 'kind' = 'automated_email')`;
  const waiting = and(isLiveIn(accountId, sequenceId), isEmail);
  const due = {
    enrollmentId: enrollments.id,
    at: enrollments.nextAt,
    timeZone: enrollments.timeZone,
  };
  const [next] = await tx
    .select(due)
    .from(enrollments)
    .innerJoin(sequenceVersions, isVersionRun)
    .where(and(waiting, gte(enrollments.nextAt, at)))
    .orderBy(asc(enrollments.nextAt), asc(enrollments.id))
    .limit(1);
  const [late] = await tx
    .select(due)
    .from(enrollments)
    .innerJoin(sequenceVersions, isVersionRun)
    .where(and(waiting, lt(enrollments.nextAt, at)))
    .orderBy(asc(enrollments.nextAt), asc(enrollments.id))
    .limit(1);
  const [counted] = await tx
    .select({ overdue: count() })
    .from(enrollments)
    .innerJoin(sequenceVersions, isVersionRun)
    .where(and(waiting, lt(enrollments.nextAt, overdueBefore)));
  return { next: timed(next), late: timed(late), overdue: counted?.overdue ?? 0 };
}

function timed<Row extends { readonly at: Instant | null }>(row: Row | undefined) {
  return row === undefined || row.at === null ? undefined : { ...row, at: row.at };
}
