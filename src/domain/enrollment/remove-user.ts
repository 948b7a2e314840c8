import type { Decision, EnrollmentCase } from './enrollment.js';
import { end, entry, type Happening } from './progress.js';
import { reassigned } from './reassign-task.js';

/** A user who is removed, with whoever takes over from them. */
export interface RemovedUser {
  readonly userId: string;
  /** Who takes over their tasks; undefined when nobody was named. */
  readonly successorId: string | undefined;
}

/** The people of an enrollment who can end it by leaving. */
interface Parts {
  readonly senderId: string;
  readonly enrolledById: string;
  readonly taskAssigneeId: string;
}

/**
 * What becomes of a live enrollment when a user is removed. One that they send or made ends as unenrolled/user_removed; its
 * open tasks are left to the successor, or cancelled without one. One in which they are only the assignee goes on: its tasks
 * pass to the successor, or without one to whoever made it. So do single tasks that were given to them; undefined where there
 * is none.
 */
export function withoutUser(
  current: EnrollmentCase,
  parts: Parts,
  { userId, successorId }: RemovedUser,
  happening: Happening,
): Decision | undefined {
  const { standing, openTasks } = current;
  if (parts.senderId === userId || parts.enrolledById === userId) {
    const outcome = { state: 'unenrolled', reason: 'user_removed' } as const;
    const { taskChange, ...ended } = end(current, outcome, happening);
    return successorId === undefined && taskChange ? { ...ended, taskChange } : ended;
  }
  const assigneeId = successorId ?? parts.enrolledById;
  const given = openTasks.filter((task) => task.assigneeId === userId);
  const log =
    parts.taskAssigneeId === userId
      ? [entry('assignee_changed', standing.stepId, happening, { assigneeId })]
      : given.map((task) => reassigned(task, { fromAssigneeId: userId, assigneeId }, happening));
  return log.length === 0 ? undefined : { kind: 'decision', standing, log };
}
