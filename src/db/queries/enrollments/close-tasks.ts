import { sql } from 'drizzle-orm';
import type { Decision, TaskChange } from '../../../domain/enrollment/enrollment.js';
import type { Completion } from '../../../domain/task/outcome.js';
import type { Tx } from '../../client.js';
import { emailSends, taskEmails, tasks } from '../../schema/index.js';
import { isPending, stateOfPassed } from '../email-sends.js';

/** An email whose body may be on its way although its step, or its task, is behind. */
export interface UncertainSend {
  readonly enrollmentId: string;
  readonly stepId: string;
  readonly sendId: string;
  readonly taskId?: string;
}

/**
 * Closes tasks as decided; the decision's log says by whom and when. Their emails are settled with them: what may have been
 * delivered is `unknown`, and is returned; the others are withdrawn. An attempt that still runs corrects that when it knows.
 */
export async function closeTasks(
  tx: Tx,
  accountId: string,
  changes: readonly {
    readonly locked: { readonly row: { readonly id: string } };
    readonly decision: Decision;
  }[],
): Promise<readonly UncertainSend[]> {
  const closing = changes.flatMap(({ locked: { row }, decision: { taskChange, log } }) => {
    if (taskChange === undefined) return [];
    const [first] = log;
    const closedById = first?.actor.kind === 'user' ? (first.actor.id ?? null) : null;
    const closedAt = first?.at ?? null;
    return [{ ...closingOf(taskChange), enrollmentId: row.id, closedAt, closedById }];
  });
  if (closing.length === 0) return [];
  const { rows } = await tx.execute<{ [Name in keyof Required<UncertainSend>]: string }>(sql`
    with closed as (
      update ${tasks} as task set
        state = closing.state, closed_at = closing."closedAt", closed_by_id = closing."closedById",
        outcome = closing.outcome, note = closing.note
      from jsonb_to_recordset(${JSON.stringify(closing)}::jsonb) as closing (
        "enrollmentId" uuid, "taskId" uuid, state text, "closedAt" timestamptz, "closedById" uuid,
        outcome text, note text)
      where task.account_id = ${accountId} and task.enrollment_id = closing."enrollmentId"
        and task.state = 'open' and (closing."taskId" is null or task.id = closing."taskId")
      returning task.id, task.enrollment_id, task.step_id, task.closed_at
    ), settled as (
      update ${emailSends} as send set
        state = ${stateOfPassed}, lease_until = null, settled_at = closed.closed_at
      from closed
      where send.account_id = ${accountId} and send.enrollment_id = closed.enrollment_id
        and send.step_id = closed.step_id and ${isPending}
      returning send.id, send.state, closed.id as task_id, closed.enrollment_id, closed.step_id
    ), withdrawn as (
      update ${taskEmails} as email set
        state = coalesce(settled.state, 'withdrawn'), content = null, next_at = null,
        settled_at = closed.closed_at
      from closed left join settled on settled.task_id = closed.id
      where email.account_id = ${accountId} and email.task_id = closed.id
        and email.state in ('sending', 'deferred')
        and (email.content is not null or settled.id is not null)
    )
    select id as "sendId", task_id as "taskId", enrollment_id as "enrollmentId", step_id as "stepId"
    from settled where state = 'unknown' order by id`);
  return rows;
}

/** Which task, or null for all open ones, what it becomes, and what was said of it. */
function closingOf(change: TaskChange): Completion & {
  readonly taskId: string | null;
  readonly state: 'completed' | 'cancelled';
} {
  switch (change.kind) {
    case 'complete':
      return { ...change.completion, taskId: change.taskId, state: 'completed' };
    case 'cancel':
      return { taskId: change.taskId, state: 'cancelled' };
    case 'cancel_open':
      return { taskId: null, state: 'cancelled' };
  }
}
