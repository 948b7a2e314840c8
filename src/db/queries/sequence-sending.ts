import { and, asc, count, eq, gte, inArray, lt, min, sql } from 'drizzle-orm';
import type { StandingCount } from '../../domain/enrollment/sending-status.js';
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
  readonly next: { readonly enrollmentId: string; readonly at: Instant } | undefined;
  readonly lateSince: Instant | null;
  readonly overdue: number;
}> {
  const isEmail = sql`exists (select from jsonb_array_elements(${sequenceVersions.definition} -> 'steps') step
    where step ->> 'id' = ${enrollments.stepId} and step ->> 'kind' = 'automated_email')`;
  const waiting = and(isLiveIn(accountId, sequenceId), isEmail);
  const [first] = await tx
    .select({ enrollmentId: enrollments.id, at: enrollments.nextAt })
    .from(enrollments)
    .innerJoin(sequenceVersions, isVersionRun)
    .where(and(waiting, gte(enrollments.nextAt, at)))
    .orderBy(asc(enrollments.nextAt), asc(enrollments.id))
    .limit(1);
  const [late] = await tx
    .select({
      since: min(enrollments.nextAt),
      overdue: sql`count(*) filter (where ${lt(enrollments.nextAt, overdueBefore)})`.mapWith(
        Number,
      ),
    })
    .from(enrollments)
    .innerJoin(sequenceVersions, isVersionRun)
    .where(and(waiting, lt(enrollments.nextAt, at)));
  const next =
    first === undefined || first.at === null
      ? undefined
      : { enrollmentId: first.enrollmentId, at: first.at };
  return { next, lateSince: late?.since ?? null, overdue: late?.overdue ?? 0 };
}
