import { sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import type { Target, TargetKind } from '../../contract/outbox.js';
import { liveStates } from '../../domain/enrollment/state.js';
import type { Db } from '../client.js';
import { bulkEnrollments, enrollments, taskEmails } from '../schema/index.js';

/** How long after its time something counts as late. */
const lateAfter = sql.raw(`interval '15 minutes'`);
const atOnce = 100;

/** What is late of a kind of target, in the words of its index. */
interface Lateness {
  readonly table: PgTable;
  readonly id: SQL;
  /** When something should have happened last. */
  readonly dueAt: SQL;
  readonly isOpen: SQL;
  /** How much longer than `lateAfter` it is left alone after a look. */
  readonly backOff: SQL;
}

const live = sql.raw(liveStates.map((state) => `'${state}'`).join(', '));
const wakeAt = sql.raw('coalesce(next_at, paused_until)');

const latenesses: Readonly<Record<TargetKind, Lateness>> = {
  enrollment: {
    table: enrollments,
    id: sql.raw('id'),
    dueAt: wakeAt,
    isOpen: sql`state in (${live}) and ${wakeAt} is not null`,
    // As long as it has been late, in the end an hour in all.
    backOff: sql`least(now() - late.due_at - ${lateAfter}, interval '45 minutes')`,
  },
  bulk: {
    table: bulkEnrollments,
    id: sql.raw('id'),
    dueAt: sql.raw('confirmed_at'),
    isOpen: sql.raw(`state = 'running'`),
    backOff: sql.raw(`interval '0'`),
  },
  task_email: {
    table: taskEmails,
    id: sql.raw('task_id'),
    dueAt: sql.raw('coalesce(next_at, requested_at)'),
    isOpen: sql.raw(`state in ('sending', 'deferred')`),
    backOff: sql.raw(`interval '0'`),
  },
};

export const lateKinds = ['enrollment', 'bulk', 'task_email'] as const satisfies TargetKind[];

/**
 * Claims the next page of what is late by the database's clock, the latest last: a step or the end of a pause that should
 * have come a quarter of an hour ago, a batch that runs, the email of a task that is on its way. Others who claim pass
 * over it for a quarter of an hour at least. None waits for another, nor for a row that somebody holds.
 */
export async function claimLate(db: Db, kind: TargetKind): Promise<readonly Target[]> {
  const { table, id, dueAt, isOpen, backOff } = latenesses[kind];
  const lateness = sql`greatest(${dueAt}, late_from)`;
  const { rows } = await db.execute<{ readonly account_id: string; readonly id: string }>(sql`
    with late as (
      select account_id, ${id} as id, ${dueAt} as due_at from ${table}
      where ${isOpen} and ${lateness} < now() - ${lateAfter}
      order by ${lateness} limit ${sql.raw(String(atOnce))} for update skip locked
    )
    update ${table} as run set late_from = now() + ${backOff}
    from late where run.account_id = late.account_id and run.${id} = late.id
    returning late.account_id, late.id`);
  return rows.map((row) => ({ kind, accountId: row.account_id, id: row.id }));
}

/** Takes a claim back: what it was of is late still. */
export async function unclaimLate(db: Db, targets: readonly Target[]): Promise<void> {
  for (const { kind, accountId, id: targetId } of targets) {
    const { table, id } = latenesses[kind];
    await db.execute(sql`
      update ${table} set late_from = null where account_id = ${accountId} and ${id} = ${targetId}`);
  }
}
