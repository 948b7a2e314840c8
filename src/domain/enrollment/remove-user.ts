import type { Decision, EnrollmentCase } from './enrollment.js';
import { end, entry, type Happening } from './progress.js';

/** The part that a user had in an enrollment who is no longer there. */
export interface RemovedUser {
  readonly userId: string;
  /** Who takes over their tasks; undefined when nobody was named. */
  readonly successorId: string | undefined;
}

/** Who an enrollment concerns. */
interface Parts {
  readonly senderId: string;
  readonly enrolledById: string;
}

/**
 * What becomes of a live enrollment when a user is removed: one that they send or made ends, as unenrolled/user_removed; of
 * one whose tasks alone are theirs, the successor takes these over, or, without one, whoever made it. Where there is a
 * successor, open tasks are theirs to close.
 */
export function withoutUser(
  current: EnrollmentCase,
  parts: Parts,
  { userId, successorId }: RemovedUser,
  happening: Happening,
): Decision {
  const { standing } = current;
  if (parts.senderId === userId || parts.enrolledById === userId) {
    const outcome = { state: 'unenrolled', reason: 'user_removed' } as const;
    const { taskChange, ...ended } = end(current, outcome, happening);
    return successorId === undefined && taskChange ? { ...ended, taskChange } : ended;
  }
  const assigneeId = successorId ?? parts.enrolledById;
  const log = [entry('assignee_changed', standing.stepId, happening, { assigneeId })];
  return { kind: 'decision', standing, log };
}
